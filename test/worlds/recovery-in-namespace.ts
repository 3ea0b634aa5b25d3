/** A worker in a process of its own and the recoveries that it runs, in a Temporal namespace of their own. */
import { join } from 'node:path';
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { progressQuery } from '../../workflows/recovery/messages.ts';
import type { Progress } from '../../workflows/recovery/progress.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { type OwnNamespace, openNamespace } from '../matrix/temporal-namespace.ts';
import { startWorkerProcess, type WorkerProcess } from '../matrix/worker-process.ts';

export type StartedRecovery = WorkflowHandleWithFirstExecutionRunId;

export interface RecoveryGround {
  readonly temporal: OwnNamespace;
  /** The worker that runs now. */
  worker(): WorkerProcess;
  /** Starts another worker in the place of one that was killed. */
  startWorker(): Promise<WorkerProcess>;
  start(workflowType: string, workflowId: string, input: object): Promise<StartedRecovery>;
  close(): Promise<void>;
}

export async function openRecoveryGround(sandbox: Sandbox, namespace: string): Promise<RecoveryGround> {
  const temporal = await openNamespace(sandbox, namespace);
  const logFile = join(sandbox.dir, 'logs', `${namespace}.log`);
  let worker = await startWorkerProcess(temporal.env, logFile);
  return {
    temporal,
    worker: () => worker,
    async startWorker() {
      worker = await startWorkerProcess(temporal.env, logFile);
      return worker;
    },
    start: (workflowType, workflowId, input) =>
      temporal.client.workflow.start(workflowType, {
        workflowId,
        taskQueue: temporal.settings.inventory.temporal.taskQueue,
        args: [input],
      }),
    async close() {
      await worker.kill();
      await temporal.close();
    },
  };
}

/**
 * Waits until the progress fits, also while the server or the worker is away; the error tells where the recovery stood. One that has
 * ended is waited for too: a handle may see the run before the one that is about to start.
 */
export async function progressUntil(
  handle: WorkflowHandle,
  what: string,
  fits: (progress: Progress) => boolean,
  timeoutMs = 240_000,
): Promise<Progress> {
  let last: Progress | undefined;
  try {
    return await waitFor(
      what,
      async () => {
        last = await handle.query(progressQuery);
        return fits(last) && last;
      },
      { timeoutMs, intervalMs: 25 },
    );
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${last ? whereItStands(last) : 'no answer'}`, {
      cause: error,
    });
  }
}

function whereItStands({ workflowId, phase, standstill, operatorRequest, result, steps, timeline }: Progress): string {
  return [
    `${workflowId}: ${phase}, standstill ${standstill}`,
    ...(operatorRequest ? [`a person is asked: ${JSON.stringify(operatorRequest)}`] : []),
    ...(result ? [`result: ${JSON.stringify(result)}`] : []),
    ...steps.map(({ id, state, detail }) => `step ${id}: ${state} ${detail}`),
    ...timeline.map(({ at, what }) => `${new Date(at).toISOString()} ${what}`),
  ].join('\n');
}

export function awaitsApproval({ standstill }: Progress): boolean {
  return standstill === 'awaiting-approval';
}

/** Half of the steps are done, and not all. */
export function inTheMiddle({ steps }: Progress): boolean {
  const done = steps.filter(({ state }) => state === 'done').length;
  return steps.length > 0 && done >= steps.length / 2;
}

/** The result, however often the server goes away while it is awaited. */
export function resultOf(handle: WorkflowHandle, timeoutMs = 300_000): Promise<RecoveryResult> {
  return waitFor(`the result of ${handle.workflowId}`, () => handle.result() as Promise<RecoveryResult>, {
    timeoutMs,
    intervalMs: 500,
  });
}
