import type { Code } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { awsErrorCodes, connectionOutcome } from './error-codes.ts';

/** The call that failed, for the message and for judging a lost reply. */
export interface AwsCall {
  /** As people write it: `EC2 CreateVolume`. */
  readonly operation: string;
  /** What was acted on: `vol-...`, `s3://bucket/key`. */
  readonly target: string;
  readonly region: string;
  /** Whether the call changes something: then a broken connection is a lost reply, not just an unreachable service. */
  readonly effect: boolean;
}

/** What is read of an error of the SDK; everything is optional because anything can be thrown. */
interface ErrorMarks {
  readonly name?: unknown;
  readonly Code?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * Turns whatever an AWS client threw into one of our errors. `own` are the names that only this service knows.
 * A cancellation or a defect is returned as it is: it is not a failure of AWS.
 */
export function translateAwsError(error: unknown, call: AwsCall, own: Readonly<Record<string, Code>> = {}): unknown {
  if (error instanceof RekindleError || isAbort(error) || isDefect(error)) return error;
  const marks = marksOf(error);
  const name = nameOf(marks);
  const status = marks.$metadata?.httpStatusCode;
  const code = own[name] ?? awsErrorCodes[name] ?? codeOfConnection(marks, call) ?? codeOfStatus(status, call);
  const said = typeof marks.message === 'string' && marks.message !== '' ? marks.message : 'no message';
  return new RekindleError(code, `${call.operation} of ${call.target} in ${call.region}: ${name}: ${said}`, {
    cause: bareCause(name, said),
    details: {
      operation: call.operation,
      target: call.target,
      region: call.region,
      awsError: name,
      status: status ?? null,
    },
  });
}

/** The name under which AWS documents an error: `InvalidVolume.NotFound`. */
export function awsErrorName(error: unknown): string {
  return nameOf(marksOf(error));
}

/** The SDK's own error holds the request with its signature and session token: it must not reach a log or a history. */
function bareCause(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Ours or the client's own defect: nothing that AWS said. */
function isDefect(error: unknown): boolean {
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

function marksOf(error: unknown): ErrorMarks {
  return typeof error === 'object' && error !== null ? error : { message: String(error) };
}

/** S3 and some gateways answer with an unparsable body: the SDK then says `UnknownError` and keeps the word in `Code`. */
function nameOf(marks: ErrorMarks): string {
  const name = typeof marks.name === 'string' && marks.name !== '' ? marks.name : 'UnknownError';
  const generic = name === 'Error' || name === 'UnknownError' || name === 'Unknown';
  return generic && typeof marks.Code === 'string' && marks.Code !== '' ? marks.Code : name;
}

function codeOfConnection(marks: ErrorMarks, call: AwsCall): Code | null {
  const inner = marksOf(marks.cause);
  for (const mark of [marks.name, marks.code, inner.name, inner.code]) {
    const outcome = typeof mark === 'string' ? connectionOutcome(mark) : null;
    if (outcome !== null) return outcome === 'silent' && call.effect ? 'reply-lost' : 'unavailable';
  }
  return null;
}

/** Without a known name the HTTP status decides. No status at all: the reply never came. */
function codeOfStatus(status: number | undefined, call: AwsCall): Code {
  if (status === undefined) return call.effect ? 'reply-lost' : 'unavailable';
  if (status === 429) return 'throttled';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  // A success whose body could not be read: the effect happened.
  if (status >= 500 || status < 400) return call.effect ? 'reply-lost' : 'unavailable';
  return 'rejected-by-api';
}
