/** Five hundred dead nodes in many small waves: what the workflow itself must carry, with the systems left out. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { expect, inject, it } from 'vitest';
import type { AutoscalingActivities } from '../../../activities/autoscaling/activities.ts';
import type { NodeActivities } from '../../../activities/kubernetes/node-activities.ts';
import { workflowInterceptorModules } from '../../../worker/workflow-bundle.ts';
import type { NodeReplacementInput } from '../../../workflows/node-replacement/contract.ts';
import type { nodeReplacement } from '../../../workflows/node-replacement/workflow.ts';
import { reportQuery } from '../../../workflows/recovery/messages.ts';
import { silentNode } from '../../unit/node-replacement/facts-of.ts';

const count = 500;
const names = ['workers-a', 'workers-b', 'workers-c'];
const zoneOf = (index: number) => `us-east-1${'abc'[index % 3]}`;
const idOf = (kind: 'old' | 'new', index: number) =>
  `i-${kind === 'old' ? '0' : 'f'}${String(index).padStart(16, '0')}`;
const indexes = Array.from({ length: count }, (_, index) => index);

/** Cluster and cloud in a few numbers; `retired` says which machines were ended, in order. */
class Fleet {
  readonly retired: string[] = [];
  readonly recoveryIds = new Set<string>();
  released = 0;

  activities(): NodeActivities & AutoscalingActivities {
    const noted = ({ recoveryId }: { readonly recoveryId: string }) => this.recoveryIds.add(recoveryId);
    const gone = () => new Set(this.retired);
    const told = async (input: { readonly recoveryId: string }) => {
      noted(input);
      return 'done';
    };
    return {
      readNodes: async () => ({
        nodes: indexes
          .filter((index) => !gone().has(idOf('old', index)))
          .map((index) => ({
            name: `ip-10-0-${index}.ec2.internal`,
            uid: randomUUID(),
            instanceId: idOf('old', index),
            zone: zoneOf(index),
            ready: 'Unknown',
            sinceSeconds: 90,
            leaseAgeSeconds: silentNode.leaseAgeSeconds ?? null,
            controlPlane: false,
            pods: 30,
            statefulPods: 1,
            attachments: 1,
          })),
        ready: [
          ['i-aaaaaaaaaaaaaaaaa', 'us-east-1a'],
          ...this.retired.map((_id, index) => [idOf('new', index), zoneOf(index)] as const),
        ],
        unknown: [],
        controlPlane: { members: 3, ready: 3 },
        repairers: [],
        pending: [],
      }),
      readGroups: async () => ({
        unknown: [],
        well: 1,
        machines: indexes
          .filter((index) => !gone().has(idOf('old', index)))
          .map((index) => ({
            instanceId: idOf('old', index),
            state: 'stopped',
            zone: zoneOf(index),
            group: names[index % 3] ?? null,
            checks: 'unknown',
            fencedBy: null,
          })),
        groups: names.map((name, place) => {
          const own = indexes.filter((index) => index % 3 === place);
          const memberIds = own.map((index) => idOf(gone().has(idOf('old', index)) ? 'new' : 'old', index));
          const size = { min: 0, max: own.length, desired: own.length };
          const rest = { zones: [], endingIds: [], suspended: [], launchHooks: [], refresh: null, warmPool: false };
          return { name, ...size, ...rest, memberIds, lastFailure: null, heldBy: null };
        }),
      }),
      holdGroups: told,
      raiseCapacity: told,
      waitReplacements: told,
      fenceNodes: told,
      clearNodes: told,
      waitPodsStarted: async () => 'done',
      unfenceNodes: told,
      drainNodes: told,
      uncordonNodes: told,
      retireMachines: async (input) => {
        noted(input);
        this.retired.push(...input.nodes.map(({ instanceId }) => instanceId));
        return `${input.nodes.length} ended`;
      },
      releaseGroups: async (input) => {
        noted(input);
        this.released += 1;
        return 'released';
      },
    };
  }
}

function lifecycleActivities() {
  const settings = {
    approvalTimeoutSeconds: 60,
    region: 'us-east-1',
    artefactBucket: 'artefacts',
    targets: { recoveryTimeSeconds: null, recoveryPointSeconds: null },
    contacts: [],
  };
  return {
    admitRecovery: async ({ input }: { input: NodeReplacementInput }) => ({
      input: { ...input, dryRun: false },
      settings,
    }),
    acquireScopes: async () => ({ granted: true }),
    releaseScopes: async () => {},
    saveReport: async () => ({ jsonUri: 's3://artefacts/report.json', markdownUri: 's3://artefacts/report.md' }),
  };
}

it('replaces 500 dead nodes once each over several runs of one recovery, with a small history', {
  timeout: 240_000,
}, async () => {
  const address = inject('temporalAddress');
  const taskQueue = `mass-${randomUUID()}`;
  const fleet = new Fleet();
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const workflowsPath = new URL('../../../workflows/node-replacement/workflow.ts', import.meta.url).pathname;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules }),
    activities: { ...fleet.activities(), ...lifecycleActivities() },
  });
  try {
    await worker.runUntil(async () => {
      const workflowId = `node-replacement/${randomUUID()}`;
      const handle = await client.workflow.start<typeof nodeReplacement>('nodeReplacement', {
        taskQueue,
        workflowId,
        args: [{ cluster: 'prod', approval: 'automatic', maxUnhealthyPercent: 100, maxParallel: 5 }],
      });
      expect(await handle.result()).toMatchObject({ status: 'recovered' });

      expect([...fleet.retired].sort()).toEqual(indexes.map((index) => idOf('old', index)).sort());
      expect([...fleet.recoveryIds]).toEqual([handle.firstExecutionRunId]);
      expect(fleet.released).toBe(1);
      const report = await client.workflow.getHandle(workflowId).query(reportQuery);
      expect(report.steps.filter(({ state }) => state === 'done')).toHaveLength(1 + 100 * 4);

      const runs = await runsFrom(client, workflowId, handle.firstExecutionRunId);
      expect(runs.length).toBeGreaterThan(1);
      for (const run of runs) {
        expect(run.events).toBeLessThan(6_000);
        // JSON of an event is larger than the event: base64 and names of fields come on top.
        expect(run.largest).toBeLessThan(1024 ** 2);
        expect(run.bytes).toBeLessThan(8 * 1024 ** 2);
      }
    });
  } finally {
    await connection.close();
    await native.close();
  }
});

interface RunSize {
  readonly events: number;
  readonly bytes: number;
  readonly largest: number;
}

/** One entry a run, from the first on, as JSON of its events measures it. */
async function runsFrom(client: Client, workflowId: string, runId: string): Promise<RunSize[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const sizes = (events ?? []).map((event) => JSON.stringify(event).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const own = { events: sizes.length, bytes, largest: Math.max(...sizes) };
  const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  return next ? [own, ...(await runsFrom(client, workflowId, next))] : [own];
}
