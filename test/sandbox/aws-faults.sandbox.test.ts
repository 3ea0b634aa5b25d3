/** The faults of the sandbox that concern AWS: each breaks what it says, and its heal puts it right. */
import {
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinTag } from '../../sandbox/aws/admin-client.ts';
import { awsSeedPart } from '../../sandbox/aws/parts.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { clustersOf } from '../../sandbox/topology.ts';
import { type AwsAlone, startAwsAlone } from './aws-alone.ts';

let aws: AwsAlone;
let sandbox: Sandbox;

beforeAll(async () => {
  aws = await startAwsAlone();
  await aws.admin.setTiming({ autoScalingTick: 40, instancePending: 50, volumeCreating: 50, launchRetry: 100 });
  await awsSeedPart(clustersOf).start(aws.context);
  sandbox = openSandbox(aws.context.dir);
});

afterAll(() => aws?.stop());

const soon = { timeoutMs: 60_000, intervalMs: 30 };

async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
}

const createVolume = () => aws.once.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));

async function members(group: string) {
  const { AutoScalingGroups } = await aws.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
  );
  return AutoScalingGroups?.[0]?.Instances ?? [];
}

async function resize(group: string, DesiredCapacity: number) {
  await aws.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, DesiredCapacity }));
}

function inService(group: string, count: number) {
  return waitFor(
    `${group} to have ${count} in service`,
    async () => {
      const all = await members(group);
      return all.length === count && all.every((member) => member.LifecycleState === 'InService') ? all : undefined;
    },
    soon,
  );
}

it('aws-throttled strikes as many calls as asked, and none after heal', async () => {
  await sandbox.break('aws-throttled', { action: 'CreateVolume', count: '1' });
  expect([await outcome(createVolume()), await outcome(createVolume())]).toEqual(['RequestLimitExceeded', 'done']);
  await sandbox.break('aws-throttled', { action: 'CreateVolume', count: '0' });
  await sandbox.heal('aws-throttled');
  expect(await outcome(createVolume())).toBe('done');
});

it('aws-throttled in the place of an earlier one does not add up', async () => {
  await sandbox.break('aws-throttled', { action: 'CreateVolume', count: '5' });
  await sandbox.break('aws-throttled', { action: 'CreateVolume', count: '1' });
  expect([await outcome(createVolume()), await outcome(createVolume())]).toEqual(['RequestLimitExceeded', 'done']);
});

it('aws-reply-lost makes the volume and breaks the connection', async () => {
  const before = (await aws.ec2.send(new DescribeVolumesCommand({}))).Volumes?.length ?? 0;
  await sandbox.break('aws-reply-lost');
  expect(await outcome(createVolume())).not.toBe('done');
  expect((await aws.ec2.send(new DescribeVolumesCommand({}))).Volumes?.length).toBe(before + 1);
  await sandbox.heal('aws-reply-lost');
});

it('aws-error answers the chosen code', async () => {
  await sandbox.break('aws-error', { action: 'CreateVolume', count: '1', code: 'VolumeLimitExceeded', status: '400' });
  expect(await outcome(createVolume())).toBe('VolumeLimitExceeded');
  await sandbox.heal('aws-error');
});

it('aws-latency slows calls until healed', async () => {
  const timed = async () => {
    const began = Date.now();
    await createVolume();
    return Date.now() - began;
  };
  await sandbox.break('aws-latency', { action: 'CreateVolume', ms: '1500' });
  expect(await timed()).toBeGreaterThanOrEqual(1_495);
  await sandbox.heal('aws-latency');
  expect(await timed()).toBeLessThan(1_495);
});

it('aws-volume-error lets the next volume end in error', async () => {
  await sandbox.break('aws-volume-error');
  const [failing, fine] = [await createVolume(), await createVolume()];
  const states = async () => {
    const ids = [failing.VolumeId ?? '', fine.VolumeId ?? ''];
    const { Volumes } = await aws.ec2.send(new DescribeVolumesCommand({ VolumeIds: ids }));
    return ids.map((id) => Volumes?.find((volume) => volume.VolumeId === id)?.State).join(' ');
  };
  await waitFor('both to end', async () => (await states()) === 'error available', soon);
});

it('aws-capacity-out keeps a zone from launching until healed', async () => {
  await inService('prod-workers-a', 2);
  await sandbox.break('aws-capacity-out', { zone: 'us-east-1a' });
  await resize('prod-workers-a', 3);
  const failed = async () => {
    const { Activities } = await aws.autoScaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: 'prod-workers-a' }),
    );
    return Activities?.some((activity) => activity.StatusCode === 'Failed');
  };
  await waitFor('a failed launch', failed, soon);
  await sandbox.heal('aws-capacity-out');
  await inService('prod-workers-a', 3);
});

it('launch-suspended keeps groups from launching until healed', async () => {
  await inService('prod-workers-b', 2);
  await sandbox.break('launch-suspended', { group: 'prod-workers-b' });
  await resize('prod-workers-b', 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await members('prod-workers-b')).length).toBe(2);
  await sandbox.heal('launch-suspended');
  await inService('prod-workers-b', 3);
});

it('lifecycle-hook-stuck holds new instances until healed', async () => {
  await inService('prod-workers-c', 2);
  await sandbox.break('lifecycle-hook-stuck', { group: 'prod-workers-c' });
  await resize('prod-workers-c', 3);
  const waits = async () =>
    (await members('prod-workers-c')).some((member) => member.LifecycleState === 'Pending:Wait');
  await waitFor('the hook', waits, soon);
  await sandbox.heal('lifecycle-hook-stuck');
  await inService('prod-workers-c', 3);
});

it('launch-template-broken marks new instances only while it lasts', async () => {
  const before = await inService('prod-workers-c', 3);
  await sandbox.break('launch-template-broken');
  await resize('prod-workers-c', 4);
  await inService('prod-workers-c', 4);
  await sandbox.heal('launch-template-broken');
  await resize('prod-workers-c', 5);
  const ids = (await inService('prod-workers-c', 5)).map((member) => member.InstanceId ?? '');
  const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
  const broken = (Reservations ?? [])
    .flatMap((reservation) => reservation.Instances ?? [])
    .filter((instance: Instance) => instance.Tags?.some((tag) => tag.Key === joinTag))
    .map((instance) => instance.InstanceId);
  expect(broken.length).toBe(1);
  expect(before.map((member) => member.InstanceId)).not.toContain(broken[0]);
});
