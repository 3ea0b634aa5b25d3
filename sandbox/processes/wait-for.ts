export interface WaitOptions {
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds between two looks; default 50. */
  readonly intervalMs?: number;
  /** Ends the wait early with an error, for example when the process that should answer has died. */
  readonly giveUp?: () => string | undefined;
}

/**
 * Waits until `condition` gives something other than undefined or false, and returns it. What `condition` throws counts as "not
 * yet" and is named in the error when the time is over.
 */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    const reason = options.giveUp?.();
    if (reason !== undefined) throw new Error(`${what}: ${reason}`, { cause: last });
    if (Date.now() >= deadline) {
      const hint = last instanceof Error ? ` (${last.message})` : '';
      throw new Error(`${what}: not within ${options.timeoutMs} ms${hint}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs ?? 50));
  }
}
