import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import {
  type AcquireAnswer,
  acquireUpdateName,
  type LeaseState,
  leaseWorkflowId,
  leaseWorkflowType,
  releaseUpdateName,
} from '../../workflows/lease/contract.ts';
import type { Holder } from '../../workflows/lease/scopes.ts';
import type { clusterLease } from '../../workflows/lease/workflow.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import type { HolderState, LeaseClient } from './port.ts';
import { holderState, translateTemporalError } from './translate.ts';

/** Temporal bears ten updates in flight to one workflow; several workers share them. Beyond, the activity's retry waits. */
const updatesInFlight = 6;

export interface LeaseClientOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** Ends the wait for an answer when the activity is cancelled. */
  readonly signal: () => AbortSignal;
}

export function createLeaseClient({ client, taskQueue, signal }: LeaseClientOptions): LeaseClient {
  const inTurn = limitConcurrency(updatesInFlight);

  const update = <Answer>(cluster: string, name: string, argument: unknown, updateId: string): Promise<Answer> =>
    inTurn(cluster, () =>
      call(() => {
        const state: LeaseState = { cluster, holdings: [] };
        const startWorkflowOperation = new WithStartWorkflowOperation<typeof clusterLease>(leaseWorkflowType, {
          workflowId: leaseWorkflowId(cluster),
          taskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          args: [state],
          staticSummary: `Who acts on ${cluster}`,
        });
        return client.workflow.executeUpdateWithStart<typeof clusterLease, Answer, [unknown]>(name, {
          updateId,
          args: [argument],
          startWorkflowOperation,
        });
      }),
    );

  const call = async <T>(request: () => Promise<T>): Promise<T> => {
    try {
      return await client.withAbortSignal(signal(), request);
    } catch (error) {
      throw translateTemporalError(error, signal().aborted);
    }
  };

  return {
    acquire: (cluster, request, updateId) => update<AcquireAnswer>(cluster, acquireUpdateName, request, updateId),
    release: (cluster, holder, updateId) => update<void>(cluster, releaseUpdateName, holder, updateId),
    stateOf: (holder) => call(() => describe(client, holder)),
  };
}

/** The latest run under the holder's workflow id. */
async function describe(client: Client, holder: Holder): Promise<HolderState> {
  try {
    const { raw } = await client.workflow.getHandle(holder.workflowId).describe();
    return holderState(holder, raw.workflowExecutionInfo ?? {});
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'unknown-to-temporal' };
    throw error;
  }
}
