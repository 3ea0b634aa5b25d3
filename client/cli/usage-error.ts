/** The command cannot be done as it was given. The message is complete: what was given, what is allowed, what to do next. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
