import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError, ValueError } from '@temporalio/common';
import { RekindleError } from '../errors/rekindle-error.ts';
import { ClientError } from './client-error.ts';

/** Where recoveries are; errors name it. */
export interface TemporalPlace {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

/** What was asked, in words that follow "could not": `show volume-rebind/prod/a/b`. */
export interface Asked {
  readonly doing: string;
  /** Null when no single recovery was asked for. */
  readonly workflowId: string | null;
  readonly place: TemporalPlace;
}

/** The statuses of gRPC that mean something of their own here (https://grpc.io/docs/guides/status-codes/). */
const grpc = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** What the SDK threw, as ours. An error that is none of Temporal's comes back as it is. Pure. */
export function translateClientError(error: unknown, asked: Asked): unknown {
  const { doing, workflowId, place } = asked;
  const options = { cause: error };
  if (error instanceof ClientError || error instanceof RekindleError) return error;
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    const message =
      `${error.workflowId} is running already, and two recoveries never act on the same target; nothing was started. ` +
      `Follow it: rekindle watch ${error.workflowId}`;
    return new ClientError('already-running', message, options);
  }
  if (error instanceof NamespaceNotFoundError) {
    const message =
      `Temporal at ${place.address} has no namespace ${JSON.stringify(error.namespace)}. ` +
      'Correct TEMPORAL_NAMESPACE or temporal.namespace of the inventory, or have an administrator create it.';
    return new ClientError('unknown-namespace', message, options);
  }
  if (error instanceof WorkflowNotFoundError) {
    const message =
      `no recovery ${JSON.stringify(workflowId)} in the namespace ${place.namespace}; ` +
      '`rekindle list` shows those that Temporal knows.';
    return new ClientError('unknown-recovery', message, options);
  }
  if (error instanceof QueryNotRegisteredError) {
    return new ClientError('not-a-recovery', `${workflowId} is no recovery; \`rekindle list\` shows those.`, options);
  }
  if (error instanceof WorkflowUpdateFailedError) {
    const said = error.cause?.message ?? error.message;
    return new ClientError('rejected', `rejected: ${said}. \`rekindle show ${workflowId}\` shows its state.`, options);
  }
  if (error instanceof WorkflowFailedError) {
    const { cause } = error;
    const code = cause instanceof ApplicationFailure && cause.type ? `${cause.type}: ` : '';
    const message =
      `${workflowId} failed: ${code}${cause?.message ?? error.message}. ` +
      `\`rekindle report ${workflowId}\` tells what happened.`;
    return new ClientError('failed', message, options);
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return noWorker(asked, options);
  if (error instanceof ValueError) {
    const message =
      `could not ${doing}: what Temporal stores cannot be read here (${error.message}). ` +
      'Give this command the codec keys of the worker: REKINDLE_CODEC_KEYS, or codec.keyFile of the inventory.';
    return new ClientError('unreadable', message, options);
  }
  if (error instanceof ServiceError) return translateServiceError(error, asked);
  return error;
}

function translateServiceError(error: ServiceError, asked: Asked): Error {
  const { doing, place } = asked;
  const options = { cause: error };
  const cause: unknown = error.cause;
  // What a codec throws while it reads an answer.
  if (cause instanceof RekindleError) return cause;
  if (!isGrpcServiceError(cause)) return error;
  const { code, details } = cause;
  switch (Number(code)) {
    case grpc.cancelled:
    case grpc.deadlineExceeded:
    case grpc.failedPrecondition:
      return noWorker(asked, options);
    case grpc.unavailable:
      return unreachable(asked, details, options);
    case grpc.permissionDenied:
    case grpc.unauthenticated: {
      const message =
        `could not ${doing}: Temporal at ${place.address} does not allow it (${details}). ` +
        'Give temporal.apiKeyFile or temporal.tls of the inventory an identity that may write in the namespace ' +
        `${place.namespace}.`;
      return new ClientError('not-allowed', message, options);
    }
    case grpc.invalidArgument:
      if (/search attribute/i.test(details)) {
        const message =
          `could not ${doing}: the namespace ${place.namespace} lacks the search attributes of recoveries (${details}). ` +
          'A worker adds them when it starts: rekindle worker';
        return new ClientError('no-search-attributes', message, options);
      }
  }
  return new ClientError('temporal-refused', `could not ${doing}: Temporal said: ${details}.`, options);
}

export function unknownRun(workflowId: string, runId: string, cause: unknown): ClientError {
  const message =
    `${workflowId} has no run ${JSON.stringify(runId)}; ` +
    '`rekindle list -o json` names the runs of each recovery. Without --run it is the last one.';
  return new ClientError('unknown-run', message, { cause });
}

export function unreachable({ doing, place }: Asked, details: string, options: ErrorOptions): ClientError {
  const message =
    `could not ${doing}: Temporal at ${place.address} does not answer (${details}). ` +
    'Recoveries go on when it is back; `rekindle doctor` shows more.';
  return new ClientError('unreachable', message, options);
}

function noWorker({ doing, place }: Asked, options: ErrorOptions): ClientError {
  const message =
    `could not ${doing}: no worker of the task queue ${place.taskQueue} answered in time. The recovery itself is safe in Temporal ` +
    'and goes on when one is back. Start one: rekindle worker. One that runs must have the same codec keys; ' +
    '`rekindle doctor` shows more.';
  return new ClientError('no-worker', message, options);
}
