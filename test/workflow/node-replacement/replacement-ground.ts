/** The workflow on a real Temporal server with the real activities, whose ports lead to fleets in memory: one for each recovery. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { type ActivityInterceptorsFactory, bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createAutoscalingActivities } from '../../../activities/autoscaling/activities.ts';
import { createNodeActivities } from '../../../activities/kubernetes/node-activities.ts';
import { createQuotaActivities } from '../../../activities/quotas/activities.ts';
import { failureInterceptor } from '../../../worker/interceptors/failure.ts';
import { heartbeatInterceptor } from '../../../worker/interceptors/heartbeat.ts';
import { workflowInterceptorModules } from '../../../worker/workflow-bundle.ts';
import type { NodeReplacementInput } from '../../../workflows/node-replacement/contract.ts';
import type { nodeReplacement } from '../../../workflows/node-replacement/workflow.ts';
import type { FakeFleet } from '../../worlds/fake-fleet.ts';

export type StartedReplacement = WorkflowHandleWithFirstExecutionRunId<typeof nodeReplacement>;

export interface ReplacementGround {
  readonly client: Client;
  /** Starts a recovery of that fleet. `before` gets its workflow id before it begins. */
  start(
    fleet: FakeFleet,
    input?: Partial<NodeReplacementInput>,
    before?: (workflowId: string) => void,
  ): Promise<StartedReplacement>;
  close(): Promise<void>;
}

export async function openReplacementGround(
  address: string,
  interceptor?: ActivityInterceptorsFactory,
): Promise<ReplacementGround> {
  const taskQueue = `replacement-${randomUUID()}`;
  /** By name of the cluster, which is also the name of its region. */
  const fleets = new Map<string, FakeFleet>();
  const fleetOf = (name: string): FakeFleet => {
    const fleet = fleets.get(name);
    if (fleet === undefined) throw new Error(`no fleet ${name}`);
    return fleet;
  };
  const clusters = { cluster: (name: string) => fleetOf(name).kubernetes };
  const regions = { region: (name: string) => fleetOf(name).region };
  const quotas = {
    region: () => ({ standardVcpus: async () => 10_000, machines: async () => [] }),
  };
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const workflowsPath = new URL('../../../workflows/node-replacement/workflow.ts', import.meta.url).pathname;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules }),
    activities: {
      ...createNodeActivities({ clusters, regions }),
      ...createAutoscalingActivities({
        clusters,
        regions,
        groupsOf: (name) => [...fleetOf(name).region.table.keys()],
      }),
      ...createQuotaActivities({ regions: quotas }),
      ...lifecycleActivities(),
    },
    interceptors: {
      activity: [heartbeatInterceptor, failureInterceptor, ...(interceptor === undefined ? [] : [interceptor])],
    },
    maxHeartbeatThrottleInterval: '100 milliseconds',
  });
  const working = worker.run();
  return {
    client,
    start(fleet, input = {}, before = () => {}) {
      const cluster = `cluster-${randomUUID()}`;
      const workflowId = `node-replacement/${cluster}`;
      fleets.set(cluster, fleet);
      before(workflowId);
      return client.workflow.start<typeof nodeReplacement>('nodeReplacement', {
        taskQueue,
        workflowId,
        args: [{ cluster, approval: 'automatic', maxUnhealthyPercent: 100, ...input }],
      });
    },
    async close() {
      worker.shutdown();
      await working;
      await connection.close();
      await native.close();
    },
  };
}

function lifecycleActivities() {
  return {
    admitRecovery: async ({ input }: { input: NodeReplacementInput }) => ({
      input: { ...input, dryRun: false },
      settings: {
        approvalTimeoutSeconds: 60,
        region: input.cluster,
        artefactBucket: 'artefacts',
        targets: { recoveryTimeSeconds: null, recoveryPointSeconds: null },
        contacts: [],
      },
    }),
    acquireScopes: async () => ({ granted: true }),
    releaseScopes: async () => {},
    saveReport: async () => ({ jsonUri: 's3://artefacts/report.json', markdownUri: 's3://artefacts/report.md' }),
  };
}

/** One run of a recovery, as JSON of its events measures it. */
export interface RunSize {
  readonly events: number;
  readonly bytes: number;
  readonly largest: number;
}

/** From the first run on, continued as new or not. */
export async function runSizes(client: Client, workflowId: string, runId: string): Promise<RunSize[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const sizes = (events ?? []).map((event) => JSON.stringify(event).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const own = { events: sizes.length, bytes, largest: Math.max(...sizes) };
  const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  return next ? [own, ...(await runSizes(client, workflowId, next))] : [own];
}

/** Id of the run whose activity this is; for an interceptor. */
export function runningWorkflow(): string {
  return Context.current().info.workflowExecution?.workflowId ?? '';
}
