/** An answer of the API server that is not a success, or no answer at all (`code` 0). */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  /** HTTP status; 0 when the server could not be reached. */
  readonly code: number;
  /** The reason of the Status object: `NotFound`, `Conflict`, `AlreadyExists`, ... */
  readonly reason: string;

  constructor(code: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.reason = reason;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.code === 404;
}

export function isConflict(error: unknown): boolean {
  return error instanceof KubernetesError && error.code === 409;
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof KubernetesError && error.reason === 'AlreadyExists';
}
