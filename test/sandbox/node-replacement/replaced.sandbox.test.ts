import { randomBytes } from 'node:crypto';
import { DeleteLifecycleHookCommand, ResumeProcessesCommand } from '@aws-sdk/client-auto-scaling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReady } from '../../../sandbox/controllers/nodes/decide-node.ts';
import {
  partitionedFile,
  readPartitioned,
  writePartitioned,
} from '../../../sandbox/controllers/nodes/partitioned-instances.ts';
import { withAutoScaling } from '../../../sandbox/faults/auto-scaling-client.ts';
import { fault as launchSuspended } from '../../../sandbox/faults/launch-suspended.ts';
import { fault as hookStuck } from '../../../sandbox/faults/lifecycle-hook-stuck.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { type NodeReplacementInput, workflowId, workflowType } from '../../../workflows/node-replacement/contract.ts';
import { decideUpdate } from '../../../workflows/recovery/messages.ts';
import { wronglyEnded } from '../../worlds/ended-machines.ts';
import { type NodeWorld, nodeWorld, replacedProblems, settingsProblems } from '../../worlds/node-world.ts';
import {
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
} from '../../worlds/recovery-in-namespace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const mark = randomBytes(2).toString('hex');
const file = partitionedFile(sandbox.dir, 'prod');
let access: ClusterAccess;
let ground: RecoveryGround;
let twoZones: NodeWorld;
let hooked: NodeWorld;
let mending: NodeWorld;
let suspended: NodeWorld;
let cutOff: NodeWorld;
let cutOffInstance: string;

// All are broken at once, so that one grace period of Kubernetes is waited for, not one for each.
beforeAll(async () => {
  access = await openCluster(sandbox.context);
  [twoZones, hooked, mending, suspended, cutOff, ground] = await Promise.all([
    nodeWorld(sandbox, access, `nodes-zones-${mark}`, { nodes: 4, zones: ['b', 'c'] }),
    nodeWorld(sandbox, access, `nodes-hook-${mark}`, { zones: ['b'] }),
    nodeWorld(sandbox, access, `nodes-mends-${mark}`, { zones: ['c'] }),
    nodeWorld(sandbox, access, `nodes-suspended-${mark}`, { zones: ['c'] }),
    nodeWorld(sandbox, access, `nodes-cut-${mark}`, { zones: ['b'] }),
    openRecoveryGround(sandbox, `nodes-${mark}`),
  ]);
  cutOffInstance = cutOff.instances[0] ?? '';
  writePartitioned(file, [...readPartitioned(file), cutOffInstance]);
  const cutOffNotReady = async () => (await cutOff.nodes()).filter(isReady).length === 1;
  await Promise.all([
    twoZones.kill(2),
    hooked.kill(1),
    mending.kill(1),
    suspended.kill(1),
    waitFor('the node NotReady', cutOffNotReady, { timeoutMs: 120_000, intervalMs: 500 }),
  ]);
});

afterAll(async () => {
  await ground?.close();
  writePartitioned(
    file,
    [...readPartitioned(file)].filter((id) => id !== cutOffInstance),
  );
  await Promise.all([twoZones, hooked, mending, suspended, cutOff].map((world) => world?.remove()));
});

function start(world: NodeWorld, input: Partial<NodeReplacementInput> = {}) {
  return ground.start(workflowType, workflowId(world.input), { ...world.input, ...input });
}

async function withoutCapacity(zone: string, work: () => Promise<void>): Promise<void> {
  const { standing } = await access.front.faults();
  await access.front.setStandingFaults({ zonesWithoutCapacity: { ...standing.zonesWithoutCapacity, [zone]: [] } });
  try {
    await work();
  } finally {
    await access.front.setStandingFaults({ zonesWithoutCapacity: standing.zonesWithoutCapacity });
  }
}

describe('dead nodes', () => {
  it('are replaced in waves by the other zone when theirs has no capacity, beyond the former maximum for that time', async () => {
    const before = await twoZones.read();
    await withoutCapacity('us-east-1c', async () => {
      const handle = await start(twoZones, { maxParallel: 1 });
      expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
      const progress = await progressUntil(handle, 'the end', ({ result }) => result !== null);
      expect(progress.steps.filter(({ id }) => id.startsWith('retire-'))).toHaveLength(2);
      // With capacity in that zone again the group, which goes on by itself now, would balance its zones.
      expect(await replacedProblems(twoZones, before, twoZones.instances.slice(0, 2))).toEqual([]);
    });
  });

  it('wait for an operator when a lifecycle hook holds their replacements, with nothing ended, and are replaced after it', async () => {
    const before = await hooked.read();
    await hookStuck.break(sandbox, { group: hooked.group, seconds: '3600' });
    const handle = await start(hooked, { joinTimeoutSeconds: 20 });
    const parked = await progressUntil(handle, 'the operator', ({ operatorRequest }) => operatorRequest !== null);
    expect(parked.operatorRequest).toMatchObject({ stepId: 'launch-1', code: 'lifecycle-hook-waiting' });
    const members = (await hooked.read()).Instances?.map(({ InstanceId }) => InstanceId);
    expect(members).toEqual(expect.arrayContaining([...hooked.instances]));

    await withAutoScaling(sandbox, (client) =>
      client.send(
        new DeleteLifecycleHookCommand({
          AutoScalingGroupName: hooked.group,
          LifecycleHookName: 'stuck-configuration',
        }),
      ),
    );
    await handle.executeUpdate(decideUpdate, { args: [{ actor: 'test', stepId: 'launch-1', decision: 'retry' }] });
    expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
    expect(await replacedProblems(hooked, before, hooked.instances.slice(0, 1))).toEqual([]);
  });

  it('are replaced once beside a group that mends itself, where AWS throttles and loses its replies', async () => {
    await withAutoScaling(sandbox, (client) =>
      client.send(
        new ResumeProcessesCommand({ AutoScalingGroupName: mending.group, ScalingProcesses: ['ReplaceUnhealthy'] }),
      ),
    );
    const before = await mending.read();
    const after = await access.front.journalMark();
    const target = { service: 'autoscaling', userAgent: ground.temporal.namespace };
    const rules = [await access.front.throttle({ ...target, action: 'Describe*', remaining: 8 })];
    for (const action of ['CreateOrUpdateTags', 'UpdateAutoScalingGroup', 'TerminateInstanceInAutoScalingGroup']) {
      rules.push(await access.front.loseReply({ ...target, action, remaining: 1 }));
    }
    expect(await resultOf(await start(mending))).toMatchObject({ status: 'recovered' });
    // The group may have been the first to end the machine: then the reply to our own end of it was never lost.
    const unused = (await access.front.faults()).rules.map(({ id }) => id);
    expect(unused).not.toContain(rules[0]?.id);
    for (const { id } of rules) await access.front.removeFault(id);
    const dead = mending.instances.slice(0, 1);
    expect(await replacedProblems(mending, before, dead)).toEqual([]);
    expect(await wronglyEnded(access, mending.group, after, dead)).toEqual([]);
  });

  it('are not touched where somebody suspended the launch of replacements', async () => {
    await launchSuspended.break(sandbox, { group: suspended.group, processes: 'Launch' });
    const before = await suspended.read();
    expect(await resultOf(await start(suspended))).toMatchObject({ status: 'refused', reason: 'launch-suspended' });
    expect(settingsProblems(before, await suspended.read(), await suspended.nodes())).toEqual([]);
  });
});

describe('nodes that are cut off while EC2 finds their machines well', () => {
  it('are never ended: the run is refused, and nothing is changed', async () => {
    const before = await cutOff.read();
    const after = await access.front.journalMark();

    expect(await resultOf(await start(cutOff))).toMatchObject({ status: 'refused', reason: 'nodes-partitioned' });

    const changes = (await access.front.journal({ userAgent: ground.temporal.namespace, after })).filter(
      ({ service, action }) => service === 'autoscaling' && !action.startsWith('Describe'),
    );
    expect(changes).toEqual([]);
    expect(settingsProblems(before, await cutOff.read(), await cutOff.nodes())).toEqual([]);
  });
});

describe('nodes where none is dead', () => {
  it('are only added when more capacity is asked for, beyond the former maximum', async () => {
    const before = await twoZones.read();
    const wanted = (before.DesiredCapacity ?? 0) + 1;
    expect(await resultOf(await start(twoZones, { desiredCapacity: wanted }))).toMatchObject({ status: 'recovered' });
    const after = await twoZones.read();
    expect(after).toMatchObject({ MinSize: before.MinSize, MaxSize: wanted, DesiredCapacity: wanted });
    expect((await twoZones.nodes()).filter(isReady)).toHaveLength(wanted);
    expect((after.Tags ?? []).filter(({ Key }) => Key?.startsWith('rekindle.io/'))).toEqual([]);
  });
});
