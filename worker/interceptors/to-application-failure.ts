import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { RekindleError } from '../../errors/rekindle-error.ts';

/** Longest message of a foreign error that is kept, and how deep its causes are followed. */
const messageLimit = 300;
const causeDepth = 3;

/**
 * What an activity threw, as Temporal stores it. A RekindleError keeps its code as `type`; an error that no adapter translated
 * becomes `internal`. Of foreign errors only the name and the first line of the message are kept: what follows may quote a request
 * or a manifest.
 */
export function toApplicationFailure(error: unknown, activityType: string, cancelled: boolean): unknown {
  if (error instanceof TemporalFailure) return error;
  if (cancelled && isAbort(error)) return new CancelledFailure(`${activityType} was cancelled`);
  if (error instanceof RekindleError) return fromRekindleError(error);
  const { name, message } = foreign(error);
  const failure = ApplicationFailure.create({
    type: 'internal',
    message: `${activityType} failed with ${name}: ${message}`,
    nonRetryable: true,
    ...cause(error, causeDepth),
  });
  return withStackOf(error, failure);
}

function fromRekindleError(error: RekindleError): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    details: [error.details],
    ...cause(error, causeDepth),
  });
  return withStackOf(error, failure);
}

function cause(error: unknown, depth: number): { cause?: Error } {
  if (!(error instanceof Error) || error.cause === undefined || depth === 0) return {};
  const { name, message } = foreign(error.cause);
  return { cause: ApplicationFailure.create({ type: name, message, ...cause(error.cause, depth - 1) }) };
}

function foreign(error: unknown): { name: string; message: string } {
  const name = error instanceof Error ? error.name : typeof error;
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return { name, message: line.slice(0, messageLimit) };
}

/** The frames of the original without its message, which the head of a stack repeats. */
function withStackOf(error: unknown, failure: ApplicationFailure): ApplicationFailure {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  failure.stack = [`${failure.name}: ${failure.message}`, ...frames].join('\n');
  return failure;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.cause instanceof CancelledFailure);
}
