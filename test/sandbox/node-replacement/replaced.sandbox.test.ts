import { randomBytes } from 'node:crypto';
import { DeleteLifecycleHookCommand } from '@aws-sdk/client-auto-scaling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { isReady, type NodeWorld, nodeWorld, replacedProblems, settingsProblems } from '../../worlds/node-world.ts';
import {
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
} from '../../worlds/recovery-in-namespace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const mark = randomBytes(2).toString('hex');
let access: ClusterAccess;
let ground: RecoveryGround;
let twoZones: NodeWorld;
let hooked: NodeWorld;
let cutOff: NodeWorld;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  [twoZones, hooked, cutOff, ground] = await Promise.all([
    nodeWorld(sandbox, access, `nodes-zones-${mark}`, { nodes: 4, zones: ['b', 'c'] }),
    nodeWorld(sandbox, access, `nodes-hook-${mark}`, { zones: ['b'] }),
    nodeWorld(sandbox, access, `nodes-cut-${mark}`, { zones: ['b'] }),
    openRecoveryGround(sandbox, `nodes-${mark}`),
  ]);
});

afterAll(async () => {
  await ground?.close();
  await Promise.all([twoZones, hooked, cutOff].map((world) => world?.remove()));
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
    const dead = await twoZones.kill(2);
    await withoutCapacity('us-east-1c', async () => {
      const handle = await start(twoZones, { maxParallel: 1 });
      expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
      const progress = await progressUntil(handle, 'the end', ({ result }) => result !== null);
      expect(progress.steps.filter(({ id }) => id.startsWith('retire-'))).toHaveLength(2);
    });
    expect(await replacedProblems(twoZones, before, dead)).toEqual([]);
  });

  it('wait for an operator when a lifecycle hook holds their replacements, with nothing ended, and are replaced after it', async () => {
    const before = await hooked.read();
    const dead = await hooked.kill(1);
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
    expect(await replacedProblems(hooked, before, dead)).toEqual([]);
  });
});

describe('nodes that are cut off while EC2 finds their machines well', () => {
  it('are never ended: the run is refused, and nothing is changed', async () => {
    const before = await cutOff.read();
    const file = partitionedFile(sandbox.dir, 'prod');
    const [victim = ''] = cutOff.instances;
    writePartitioned(file, [...readPartitioned(file), victim]);
    await waitFor('the node NotReady', async () => (await cutOff.nodes()).filter(isReady).length === 1, {
      timeoutMs: 120_000,
      intervalMs: 500,
    });
    const after = await access.front.journalMark();

    const handle = await start(cutOff);

    expect(await resultOf(handle)).toMatchObject({ status: 'refused', reason: 'nodes-partitioned' });
    const changes = (await access.front.journal({ userAgent: 'rekindle', after })).filter(
      ({ service, action }) => service === 'autoscaling' && !action.startsWith('Describe'),
    );
    expect(changes).toEqual([]);
    expect(settingsProblems(before, await cutOff.read(), await cutOff.nodes())).toEqual([]);
    writePartitioned(
      file,
      [...readPartitioned(file)].filter((id) => id !== victim),
    );
    await waitFor('the node Ready', async () => (await cutOff.nodes()).filter(isReady).length === 2, {
      timeoutMs: 60_000,
      intervalMs: 500,
    });
  });

  it('are not touched either where somebody suspended the launch of replacements for a dead one', async () => {
    await cutOff.kill(1);
    await launchSuspended.break(sandbox, { group: cutOff.group, processes: 'Launch' });
    const before = await cutOff.read();
    expect(await resultOf(await start(cutOff))).toMatchObject({ status: 'refused', reason: 'launch-suspended' });
    expect(settingsProblems(before, await cutOff.read(), await cutOff.nodes())).toEqual([]);
  });
});
