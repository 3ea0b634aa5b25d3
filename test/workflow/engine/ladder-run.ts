import { randomUUID } from 'node:crypto';
import { ApplicationFailure, Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Code } from '../../../errors/codes.ts';
import { entryOf } from '../../../errors/codes.ts';
import { heartbeatInterceptor } from '../../../worker/interceptors/heartbeat.ts';
import { workflowInterceptorModules } from '../../../worker/workflow-bundle.ts';
import type { Evidence } from '../../../workflows/recovery/evidence.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import type { Progress } from '../../../workflows/recovery/progress.ts';
import type { climbLadder, LadderFacts, LadderInput } from './ladder.ts';

/** The world behind the ladder's activities. A test turns its knobs; `calls` says what happened, in order. */
export class LadderWorld {
  readonly calls: string[] = [];
  readonly standing = new Set<string>();
  readonly leases = new Map<string, string>();
  readonly reports: { json: string; markdown: string }[] = [];
  facts: () => LadderFacts = () => ({ broken: true, version: 1 });
  evidence: () => Evidence = () => ({
    claim: 'ready',
    target: 'ladder',
    outcome: 'proved',
    detail: 'stands',
    source: 'eyes',
  });
  /** Called at the start of each climb; throw to fail it, await to hold it. */
  onClimb: (rung: string) => Promise<void> | void = () => {};
  onDescend: (rung: string) => Promise<void> | void = () => {};
  onSave: () => void = () => {};
  heldBy: string | null = null;
  approval: 'automatic' | 'required' = 'automatic';
  approvalTimeoutSeconds = 60;

  activities() {
    return {
      admitRecovery: async ({ input }: { input: LadderInput }) => {
        if (input.rungs.length === 0) throw fail('invalid-input', 'rungs: got none');
        const { approval = this.approval, dryRun = false } = input;
        const settings = {
          approvalTimeoutSeconds: this.approvalTimeoutSeconds,
          region: 'us-east-1',
          artefactBucket: 'artefacts',
          targets: { recoveryTimeSeconds: null, recoveryPointSeconds: null },
          contacts: [],
        };
        return { input: { ...input, approval, dryRun }, settings };
      },
      acquireScopes: async ({ scopes, holder }: { scopes: string[]; holder: { workflowId: string } }) => {
        if (this.heldBy !== null) return { granted: false, heldBy: this.heldBy };
        for (const scope of scopes) this.leases.set(scope, holder.workflowId);
        return { granted: true };
      },
      releaseScopes: async ({ scopes }: { scopes: string[] }) => {
        for (const scope of scopes) this.leases.delete(scope);
      },
      saveReport: async (report: { prefix: string; json: string; markdown: string }) => {
        this.onSave();
        this.reports.push(report);
        return { jsonUri: `s3://${report.prefix}/report.json`, markdownUri: `s3://${report.prefix}/report.md` };
      },
      inspect: async () => this.facts(),
      climb: async ({ rung }: { rung: string }) => {
        this.calls.push(`climb ${rung}`);
        await this.onClimb(rung);
        this.standing.add(rung);
        return `climbed ${rung}`;
      },
      descend: async ({ rung }: { rung: string }) => {
        this.calls.push(`descend ${rung}`);
        await this.onDescend(rung);
        this.standing.delete(rung);
        return `descended ${rung}`;
      },
      check: async () => this.evidence(),
    };
  }
}

export function fail(code: Code, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: !entryOf(code).retryable });
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

function ladderBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: new URL('./ladder.ts', import.meta.url).pathname,
    workflowInterceptorModules,
  });
  return bundle;
}

export type LadderHandle = WorkflowHandle<typeof climbLadder>;

/** Runs `body` with a worker on a task queue of its own; the worker is shut down afterwards. */
export async function withLadder<T>(
  address: string,
  world: LadderWorld,
  body: (start: (input?: Partial<LadderInput>) => Promise<LadderHandle>) => Promise<T>,
): Promise<T> {
  const taskQueue = `ladder-${randomUUID()}`;
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await ladderBundle(),
    activities: world.activities(),
    interceptors: { activity: [heartbeatInterceptor] },
    maxHeartbeatThrottleInterval: '1 second',
  });
  const start = (input: Partial<LadderInput> = {}) =>
    client.workflow.start<typeof climbLadder>('climbLadder', {
      taskQueue,
      workflowId: `ladder/${randomUUID()}`,
      args: [{ cluster: 'prod', rungs: ['one', 'two', 'three'], ...input }],
    });
  try {
    return await worker.runUntil(() => body(start));
  } finally {
    await connection.close();
    await native.close();
  }
}

/** Polls the progress until it fits; the test's own time limit bounds it. */
export async function progressUntil(handle: LadderHandle, fits: (progress: Progress) => boolean): Promise<Progress> {
  for (;;) {
    const progress = await handle.query(progressQuery);
    if (fits(progress)) return progress;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A promise that the test opens, and a way to know that somebody waits at it. */
export function barrier() {
  let open: () => void = () => {};
  let arrive: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const wait = () => {
    arrive();
    return opened;
  };
  return { open, arrived, wait };
}
