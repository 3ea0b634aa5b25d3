import { type Code, entryOf } from './codes.ts';

/**
 * The only error that leaves an adapter. `message` says what was asked of which target and what came back; it never carries a
 * secret, a manifest or raw command output, because it is written to Temporal's history.
 */
export class RekindleError extends Error {
  override readonly name = 'RekindleError';
  readonly code: Code;
  /** Structured, non-secret facts: names, ids, counts. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get retryable(): boolean {
    return entryOf(this.code).retryable;
  }
}
