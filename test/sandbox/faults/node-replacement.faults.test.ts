/** Faults that strike the whole cluster or its one launch template, on a sandbox of their own, one after another. */
import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import type { V1Node } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { groupName } from '../../../sandbox/aws/seed.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { isReady } from '../../../sandbox/controllers/nodes/decide-node.ts';
import { withAutoScaling } from '../../../sandbox/faults/auto-scaling-client.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { type NodeReplacementInput, workflowId, workflowType } from '../../../workflows/node-replacement/contract.ts';
import { decideUpdate } from '../../../workflows/recovery/messages.ts';
import { auditSince, isOurs, isReading } from '../../worlds/audit-log.ts';
import { wronglyEnded } from '../../worlds/ended-machines.ts';
import { instanceOf, settingsProblems } from '../../worlds/node-world.ts';
import {
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
} from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const { sandbox, dispose } = ownSandbox();
const grace = { timeoutMs: 150_000, intervalMs: 500 };
const [groupA, groupB] = [groupName('prod', 'a'), groupName('prod', 'b')];
let access: ClusterAccess;
let ground: RecoveryGround;

beforeAll(async () => {
  await sandbox.up();
  access = await openCluster(sandbox.context);
  ground = await openRecoveryGround(sandbox, 'node-faults');
  // The groups must not mend themselves before the recovery comes.
  await withAutoScaling(sandbox, async (client) => {
    for (const AutoScalingGroupName of [groupA, groupB]) {
      await client.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['ReplaceUnhealthy'] }));
    }
  });
});

afterAll(async () => {
  await ground?.close();
  await dispose();
});

function start(group: string, input: Partial<NodeReplacementInput> = {}) {
  const common = {
    cluster: 'prod',
    approval: 'automatic',
    maxUnhealthyPercent: 100,
    launchPatienceSeconds: 5,
  } as const;
  const all = { ...common, joinTimeoutSeconds: 60, autoScalingGroups: [group], ...input };
  return ground.start(workflowType, workflowId(all), all);
}

async function nodes(): Promise<readonly V1Node[]> {
  return (await access.api.list<V1Node>(resources.nodes)).items;
}

async function group(name: string): Promise<AutoScalingGroup> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const { AutoScalingGroups = [] } = await withAutoScaling(sandbox, (client) => client.send(command));
  if (AutoScalingGroups[0] === undefined) throw new Error(`no group ${name}`);
  return AutoScalingGroups[0];
}

/** Those that are not on their way out. */
function members({ Instances = [] }: AutoScalingGroup): string[] {
  const staying = Instances.filter(({ LifecycleState = '' }) => !LifecycleState.startsWith('Terminat'));
  return staying.map(({ InstanceId = '' }) => InstanceId).sort();
}

function notReady(ids: readonly string[]): Promise<unknown> {
  const fallen = async () => !(await nodes()).some((node) => ids.includes(instanceOf(node)) && isReady(node));
  return waitFor(`nodes of ${ids.join(', ')} NotReady`, fallen, grace);
}

it('waits for capacity when a zone is down and nothing can be had there, and goes on once it is there', async () => {
  const before = await group(groupA);
  const dead = members(before);
  const mark = await access.front.journalMark();
  await sandbox.break('zone-down', { zone: 'us-east-1a' });
  // Struck at the same time, for the next test: both wait for the same grace period.
  await sandbox.break('nodes-dead', { group: groupB, count: '1' });
  await notReady(dead);

  const handle = await start(groupA);
  const parked = await progressUntil(handle, 'the operator', ({ operatorRequest }) => operatorRequest !== null);
  expect(parked.operatorRequest).toMatchObject({
    stepId: 'launch-1',
    code: 'capacity-missing',
    message: expect.stringMatching(new RegExp(`group ${groupA} lacks 2 Ready nodes.*us-east-1a`)),
  });
  expect(parked.timeline.some(({ what }) => what.includes('zone-outage'))).toBe(true);
  expect(members(await group(groupA))).toEqual(dead);

  await access.front.setStandingFaults({ zonesWithoutCapacity: {} });
  await handle.executeUpdate(decideUpdate, { args: [{ actor: 'test', stepId: 'launch-1', decision: 'retry' }] });
  expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
  const after = await group(groupA);
  expect(settingsProblems(before, after, await nodes())).toEqual([]);
  expect(members(after).filter((id) => dead.includes(id))).toEqual([]);
  expect(await wronglyEnded(access, groupA, mark, dead)).toEqual([]);
});

it('is refused before anything is changed where the vCPU quota has no room for the first wave', async () => {
  const before = await group(groupB);
  const { standing } = await access.front.faults();
  await access.front.setStandingFaults({ vcpuQuota: 8 });
  const handle = await start(groupB);
  expect(await resultOf(handle)).toMatchObject({
    status: 'refused',
    reason: 'precondition-unmet',
    message: expect.stringMatching(/L-1216C47A.*of 8 vCPUs run, wave 1 of 1 would need \d+/),
  });
  expect(settingsProblems(before, await group(groupB), await nodes())).toEqual([]);
  await access.front.setStandingFaults({ vcpuQuota: standing.vcpuQuota });
});

it('stops at the first wave when what the launch template makes never joins, with the old machines still there', async () => {
  const before = await group(groupB);
  const mark = await access.front.journalMark();
  await sandbox.break('launch-template-broken');
  const handle = await start(groupB, { joinTimeoutSeconds: 20 });
  const parked = await progressUntil(handle, 'the operator', ({ operatorRequest }) => operatorRequest !== null);
  expect(parked.operatorRequest).toMatchObject({ stepId: 'launch-1', code: 'nodes-do-not-join' });
  const launched = members(await group(groupB)).filter((id) => !members(before).includes(id));
  expect(launched).toHaveLength(1);

  await handle.executeUpdate(decideUpdate, { args: [{ actor: 'test', stepId: 'launch-1', decision: 'abort' }] });
  expect(await resultOf(handle)).toMatchObject({ status: 'cancelled' });
  const after = await group(groupB);
  expect(settingsProblems(before, after, await nodes())).toEqual([]);
  expect(members(after)).toEqual(expect.arrayContaining(members(before)));
  // What never became a node is not forgotten: it is ended with the abort.
  expect(await wronglyEnded(access, groupB, mark, launched)).toEqual([]);
  await sandbox.heal('launch-template-broken');
});

it('suspects the observer when no node is Ready, and changes nothing', async () => {
  const before = await Promise.all([groupA, groupB].map(group));
  await sandbox.break('all-nodes-not-ready');
  await waitFor('no node Ready', async () => !(await nodes()).some(isReady), grace);
  const [mark, began] = [await access.front.journalMark(), Date.now()];

  expect(await resultOf(await start(groupA))).toMatchObject({ status: 'refused', reason: 'observer-suspected' });

  const calls = await access.front.journal({ userAgent: 'rekindle', after: mark });
  const changes = calls.filter(({ service, action }) => service !== 's3' && !action.startsWith('Describe'));
  expect(changes.map(({ action }) => action)).toEqual([]);
  const audit = auditSince(sandbox.context, 'prod', began).filter((entry) => isOurs(entry) && !isReading(entry));
  expect(audit).toEqual([]);
  const after = await Promise.all([groupA, groupB].map(group));
  expect(after.map(members)).toEqual(before.map(members));
  await sandbox.heal('all-nodes-not-ready');
});
