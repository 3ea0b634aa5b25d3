import type { Code } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';

/** The call that failed, for the message and for judging a lost reply. */
export interface KubernetesCall {
  readonly cluster: string;
  /** HTTP method: `GET`, `PATCH`, ... */
  readonly method: string;
  /** As people write it: `PersistentVolumeClaim production/data-db-0`. */
  readonly target: string;
}

/** The fields of a `Status` object that are read. */
export interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
}

/** Reasons that decide before the HTTP status does. */
const reasonCodes: Readonly<Record<string, Code>> = {
  NotFound: 'not-found',
  AlreadyExists: 'already-exists',
  Conflict: 'conflict',
  Expired: 'conflict',
  TooManyRequests: 'throttled',
  Unauthorized: 'unauthenticated',
  Forbidden: 'forbidden',
  Invalid: 'rejected-by-api',
  BadRequest: 'rejected-by-api',
  MethodNotAllowed: 'rejected-by-api',
  ServerTimeout: 'unavailable',
  ServiceUnavailable: 'unavailable',
};

/** Node.js codes of a connection that was never made: the call had no effect. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** An answer of the API server that is not a success. Pure. */
export function translateStatus(status: number, body: StatusBody, call: KubernetesCall): RekindleError {
  const code = (body.reason === undefined ? undefined : reasonCodes[body.reason]) ?? codeOfStatus(status, call);
  const said = body.message ?? body.reason ?? 'no message';
  return new RekindleError(code, `${call.method} ${call.target} in ${call.cluster}: ${status}: ${said}`, {
    details: { cluster: call.cluster, target: call.target, status, reason: body.reason ?? null },
  });
}

/** A connection that failed. An effect whose answer was lost may have happened: the step observes before it acts again. Pure. */
export function translateConnection(error: unknown, call: KubernetesCall): unknown {
  if (error instanceof RekindleError || isAbort(error)) return error;
  const mark = codeMark(error);
  const certain = neverConnected.has(mark) || isReading(call.method);
  const message = error instanceof Error ? error.message : String(error);
  return new RekindleError(
    certain ? 'unavailable' : 'reply-lost',
    `${call.method} ${call.target} in ${call.cluster}: ${mark === '' ? message : `${mark}: ${message}`}`,
    { cause: error, details: { cluster: call.cluster, target: call.target, connection: mark } },
  );
}

/** A "no" of a server that does not call itself ready: its roles and kinds may not be read yet, so the call is repeated. Pure. */
export function doubtedWhileStarting(said: string): RekindleError {
  return new RekindleError('unavailable', `${said}; the API server is not ready yet`);
}

function codeOfStatus(status: number, call: KubernetesCall): Code {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 409) return 'conflict';
  if (status === 429) return 'throttled';
  if (status >= 500) return isReading(call.method) ? 'unavailable' : 'reply-lost';
  return 'rejected-by-api';
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'EXEC';
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The innermost Node.js code: an AggregateError of several addresses carries it in its parts. */
function codeMark(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  if (Array.isArray(errors) && errors.length > 0) return codeMark(errors[0]);
  return cause === undefined ? '' : codeMark(cause);
}
