/** What the API server sends on the status channel when a command has ended. */
export interface ExecStatus {
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly details?:
    | { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
    | undefined;
}

export interface ExecVerdict {
  readonly status: 'success' | 'failure' | 'unknown';
  readonly exitCode: number | null;
  readonly reason: string | null;
}

/** Ends of messages by which a runtime tells a plain exit code, where it does not use the structured cause. */
const exitTail = /exit status (\d{1,3})$/;

/**
 * What a status says of the command. Pure. No status is `unknown`. A failure that names no exit code is `unknown` as well: the
 * command may never have run, or may run still.
 */
export function judgeExec(status: ExecStatus | null, ended: string): ExecVerdict {
  if (status === null) return { status: 'unknown', exitCode: null, reason: ended };
  if (status.status === 'Success') return { status: 'success', exitCode: 0, reason: null };
  const structured = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  const code = structured ?? exitTail.exec(status.message ?? '')?.[1];
  const exitCode = code === undefined ? Number.NaN : Number(code);
  const reason = status.message ?? status.reason ?? null;
  if (Number.isInteger(exitCode) && exitCode > 0) return { status: 'failure', exitCode, reason };
  return { status: 'unknown', exitCode: null, reason };
}
