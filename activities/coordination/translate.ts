import {
  isGrpcServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Code } from '../../errors/codes.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Holder } from '../../workflows/lease/scopes.ts';
import type { HolderState } from './port.ts';

type ExecutionInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

/** Numbers of temporal.api.enums.v1.WorkflowExecutionStatus. */
const status = { running: 1, failed: 3, terminated: 5, continuedAsNew: 6, timedOut: 7 } as const;

/** Pure: how the holder stands, from the latest run under its workflow id. */
export function holderState(holder: Holder, latest: ExecutionInfo): HolderState {
  if (latest.firstRunId !== holder.recoveryId) {
    // A later recovery has the id now, so this one ended before that began; how, is not known.
    return { kind: 'ended', endedAt: milliseconds(latest.startTime), abrupt: true };
  }
  if (latest.status === status.running || latest.status === status.continuedAsNew) return { kind: 'running' };
  const abrupt =
    latest.status === status.failed || latest.status === status.terminated || latest.status === status.timedOut;
  return { kind: 'ended', endedAt: milliseconds(latest.closeTime), abrupt };
}

/** Codes of gRPC by its numbers; everything else is a defect. */
const byStatus: Readonly<Record<number, Code>> = {
  4: 'unavailable',
  7: 'forbidden',
  8: 'throttled',
  10: 'unavailable',
  14: 'unavailable',
  16: 'unauthenticated',
};

/** Pure: an error of the Temporal client as ours; a cancelled call as Temporal's own cancellation. */
export function translateTemporalError(error: unknown, cancelled: boolean): Error {
  if (cancelled) return new CancelledFailure('the call to the lease was cancelled');
  const failure = (code: Code, message: string) => new RekindleError(code, message, { cause: error });
  if (error instanceof WorkflowUpdateFailedError) {
    return failure('internal', `the lease refused: ${error.cause?.message ?? error.message}`);
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return failure('unavailable', 'Temporal did not answer the call to the lease in time');
  }
  const grpc = [error, error instanceof Error ? error.cause : undefined].find(isGrpcServiceError);
  const code = grpc === undefined ? 'internal' : (byStatus[grpc.code] ?? 'internal');
  return failure(code, `Temporal answered the call to the lease with ${grpc?.details ?? String(error)}`);
}

function milliseconds(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}
