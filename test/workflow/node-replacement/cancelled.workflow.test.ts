/** A cancel in each activity of each step: settings of groups, taints and cordons end as declared. */
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import {
  cordonedByAnnotation,
  fencedByAnnotation,
  type Node,
  outOfService,
} from '../../../activities/kubernetes/node-objects.ts';
import { FakeFleet, suspendedBefore } from '../../worlds/fake-fleet.ts';
import { openReplacementGround, type ReplacementGround, runningWorkflow } from './replacement-ground.ts';

/** The recovery is cancelled in the nth call of that activity. */
interface Moment {
  readonly activity: string;
  readonly call: number;
  /** Before its effect: the activity learns of the cancel. After it: the effect is there, and Temporal is told of it after the cancel. */
  readonly point: 'before' | 'after';
}

/** By workflow. */
const moments = new Map<string, Moment & { calls: Set<string> }>();
let ground: ReplacementGround;

const cancelAtMoment: ActivityInterceptorsFactory = ({ info, cancelled }) => ({
  inbound: {
    async execute(input, next) {
      const moment = moments.get(runningWorkflow());
      if (moment === undefined || moment.activity !== info.activityType) return next(input);
      moment.calls.add(info.activityId);
      if (moment.calls.size !== moment.call) return next(input);
      const cancel = () => ground.client.workflow.getHandle(runningWorkflow()).cancel();
      if (moment.point === 'before') {
        await cancel();
        await cancelled;
      }
      const result = await next(input);
      if (moment.point === 'after') await cancel();
      return result;
    },
  },
});

beforeAll(async () => {
  ground = await openReplacementGround(inject('temporalAddress'), cancelAtMoment);
});

afterAll(() => ground?.close());

const group = 'workers-a';
/** One dead node and one living that is drained, then one node more: each kind of step once. */
const steps = [
  ['hold-groups', 'holdGroups', 1],
  ['launch-1', 'raiseCapacity', 1],
  ['launch-1', 'waitReplacements', 1],
  ['fence-1', 'fenceNodes', 1],
  ['fence-1', 'clearNodes', 1],
  ['retire-1', 'retireMachines', 1],
  ['retire-1', 'fenceNodes', 2],
  ['empty-1', 'clearNodes', 2],
  ['empty-1', 'waitPodsStarted', 1],
  ['launch-2', 'raiseCapacity', 2],
  ['launch-2', 'waitReplacements', 2],
  ['drain-2', 'drainNodes', 1],
  ['retire-2', 'retireMachines', 2],
  ['grow', 'raiseCapacity', 3],
  ['grow', 'waitReplacements', 3],
] as const;
const table = steps.flatMap(([step, activity, call]) =>
  (['before', 'after'] as const).map((point) => [point, activity, call, step] as const),
);

describe('a cancelled replacement', () => {
  it.concurrent.each(table)(
    'leaves everything as declared: %s %s (call %i) of %s',
    async (point, activity, call, step) => {
      const fleet = new FakeFleet({ nodes: 3, dead: 1, groups: [group] });
      const [dead = ''] = fleet.dead;
      const drained = fleet.instances.find((id) => id !== dead) ?? '';
      const moment = { activity, call, point, calls: new Set<string>() };
      const workflowId = await startCancelled(fleet, drained, moment);
      const handle = ground.client.workflow.getHandle(workflowId);
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
      expect(moment.calls.size, `calls of ${activity}`).toBeGreaterThanOrEqual(call);

      const after = fleet.region.table.get(group);
      const members = after?.members.map(({ instanceId }) => instanceId) ?? [];
      // What lives stays, and the capacity covers it; nothing is launched or ended by Auto Scaling afterwards.
      expect(after).toMatchObject({ min: 1, suspended: suspendedBefore, tags: {}, desired: members.length });
      expect([after?.desired, after?.max]).toEqual([Math.max(3, members.length), Math.max(3, members.length)]);
      // The dead machine and, once its step had begun, the drained one: no other was ended, none twice.
      expect(new Set(fleet.region.ended).size).toBe(fleet.region.ended.length);
      const retiring = ['retire-2', 'grow'].includes(step);
      const mayEnd = [dead, ...(retiring ? [drained] : []), ...launched(fleet)];
      expect(fleet.region.ended.filter((id) => !mayEnd.includes(id))).toEqual([]);
      const living = members.filter((id) => fleet.region.machine(id)?.state === 'running').length;
      expect(living).toBeGreaterThanOrEqual(2);

      const nodes = await fleet.kubernetes.list<Node>(kinds.node);
      for (const { metadata, spec } of nodes) {
        expect(spec.taints?.filter(({ key }) => key === outOfService.key) ?? []).toEqual([]);
        expect(spec.unschedulable ?? false).toBe(false);
        expect(metadata.annotations?.[fencedByAnnotation]).toBeUndefined();
        expect(metadata.annotations?.[cordonedByAnnotation]).toBeUndefined();
      }
    },
  );
});

/** Known to the interceptor before its first activity runs. */
async function startCancelled(
  fleet: FakeFleet,
  drained: string,
  moment: Moment & { calls: Set<string> },
): Promise<string> {
  const options = { desiredCapacity: 4, autoScalingGroups: [group], drainNodes: [fleet.nodeOf(drained)] };
  const { workflowId } = await ground.start(fleet, options, (id) => moments.set(id, moment));
  return workflowId;
}

function launched(fleet: FakeFleet): readonly string[] {
  return fleet.region.ended.filter((id) => !fleet.instances.includes(id));
}
