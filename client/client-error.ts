export type ClientErrorCode =
  | 'already-running'
  | 'unknown-recovery'
  | 'unknown-run'
  | 'not-a-recovery'
  | 'over'
  | 'rejected'
  | 'failed'
  | 'no-worker'
  | 'no-search-attributes'
  | 'unknown-namespace'
  | 'not-allowed'
  | 'unreachable'
  | 'unreadable'
  | 'temporal-refused'
  | 'schedule-not-valid'
  | 'unknown-schedule'
  | 'not-our-schedule';

/**
 * What was asked of Temporal or of a recovery could not be done. `message` is complete and for people: what was asked of whom,
 * why it was not done, and what to do next. It never carries a payload.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
