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

/** Waits until the progress fits, also while the server or the worker is away. */
export function progressUntil(
  handle: WorkflowHandle,
  what: string,
  fits: (progress: Progress) => boolean,
  timeoutMs = 120_000,
): Promise<Progress> {
  return waitFor(
    what,
    async () => {
      const progress = await handle.query(progressQuery);
      return fits(progress) && progress;
    },
    { timeoutMs, intervalMs: 25 },
  );
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
export function resultOf(handle: WorkflowHandle, timeoutMs = 150_000): Promise<RecoveryResult> {
  return waitFor(`the result of ${handle.workflowId}`, () => handle.result() as Promise<RecoveryResult>, {
    timeoutMs,
    intervalMs: 500,
  });
}
