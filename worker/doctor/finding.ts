/** One line of the doctor. `mend` says what to do and is empty when all is well. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly mend: string;
}

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found, mend: '' });
export const warn = (check: string, found: string, mend: string): Finding => ({ check, state: 'warn', found, mend });
export const fail = (check: string, found: string, mend: string): Finding => ({ check, state: 'fail', found, mend });

/** Longest time of one look, milliseconds: a system that does not answer is a finding, not a hang. */
const limitMs = 15_000;

/** Runs a look; what it throws, or that it does not end in time, becomes a finding. */
export async function look(check: string, mend: string, run: (signal: AbortSignal) => Promise<readonly Finding[]>) {
  const signal = AbortSignal.timeout(limitMs);
  const late = new Promise<readonly Finding[]>((resolve) => {
    signal.addEventListener('abort', () => resolve([fail(check, `no answer within ${limitMs / 1000} s`, mend)]), {
      once: true,
    });
  });
  const looked = run(signal).catch((error: unknown) => [
    fail(check, error instanceof Error ? error.message : String(error), mend),
  ]);
  return Promise.race([looked, late]);
}
