/** What the sandbox's Auto Scaling does like AWS, asked with the real SDK. A group a test. */
import {
  type Activity,
  type AutoScalingGroup,
  CompleteLifecycleActionCommand,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DeleteAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeWarmPoolCommand,
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribeScalingActivities,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { joinTag } from '../../sandbox/aws/admin-client.ts';
import { type SeededAws, seedAws } from '../../sandbox/aws/seed.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { type AwsAlone, startAwsAlone } from './aws-alone.ts';

let aws: AwsAlone;
let seeded: SeededAws;
let made = 0;

beforeAll(async () => {
  aws = await startAwsAlone();
  await aws.admin.setTiming({
    autoScalingTick: 40,
    instancePending: 60,
    instanceShuttingDown: 100,
    instanceStopping: 60,
  });
  await aws.admin.setTiming({ healthCheck: 80, launchRetry: 150, impairedBeforeUnhealthy: 80 });
  seeded = await seedAws({
    endpoint: aws.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    cluster: 'prod',
    addressBlock: 0,
    instancesPerGroup: 0,
    veleroBucket: 'rekindle-velero',
  });
});

afterAll(() => aws?.stop());

afterEach(() => aws.admin.setStandingFaults({ zonesWithoutCapacity: {}, brokenLaunchTemplates: [] }));

const soon = { timeoutMs: 60_000, intervalMs: 20 };

async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );
}

async function group(input: Partial<CreateAutoScalingGroupCommandInput> & { zones?: string[] } = {}): Promise<string> {
  made += 1;
  const { zones = ['a', 'b', 'c'], ...rest } = input;
  const AutoScalingGroupName = `group-${made}`;
  await aws.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MinSize: 0,
      MaxSize: 6,
      DesiredCapacity: 3,
      LaunchTemplate: { LaunchTemplateId: seeded.launchTemplateId, Version: '$Latest' },
      VPCZoneIdentifier: zones.map((zone) => seeded.subnets[`us-east-1${zone}`]).join(','),
      ...rest,
    }),
  );
  return AutoScalingGroupName;
}

async function look(name: string): Promise<AutoScalingGroup | undefined> {
  const { AutoScalingGroups } = await aws.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  return AutoScalingGroups?.[0];
}

/** Members in service, by id. */
async function inService(name: string): Promise<string[]> {
  const instances = (await look(name))?.Instances ?? [];
  return instances.filter((entry) => entry.LifecycleState === 'InService').map((entry) => entry.InstanceId ?? '');
}

async function settled(name: string, count: number): Promise<string[]> {
  return waitFor(
    `${name} to have ${count} in service`,
    async () => {
      const instances = (await look(name))?.Instances ?? [];
      const ids = await inService(name);
      return ids.length === count && instances.length === count ? ids : undefined;
    },
    soon,
  );
}

async function activities(name: string): Promise<Activity[]> {
  const found: Activity[] = [];
  const request = { AutoScalingGroupName: name };
  for await (const page of paginateDescribeScalingActivities({ client: aws.autoScaling }, request)) {
    found.push(...(page.Activities ?? []));
  }
  return found;
}

const desire = (AutoScalingGroupName: string, DesiredCapacity: number) =>
  aws.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));

const suspend = (AutoScalingGroupName: string, ...ScalingProcesses: string[]) =>
  aws.autoScaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));

/** Long enough for several rounds of the group's own work. */
const severalRounds = () => new Promise((resolve) => setTimeout(resolve, 400));

describe('a group', () => {
  it('spreads its instances over the zones of its subnets', async () => {
    const name = await group({ DesiredCapacity: 6 });
    await settled(name, 6);
    const zones = ((await look(name))?.Instances ?? []).map((entry) => entry.AvailabilityZone).sort();
    expect(zones).toEqual(['a', 'a', 'b', 'b', 'c', 'c'].map((zone) => `us-east-1${zone}`));
  });

  it('tags its instances, and tells of each launch as an activity', async () => {
    const name = await group({ DesiredCapacity: 1, Tags: [{ Key: 'team', Value: 'x', PropagateAtLaunch: true }] });
    const ids = await settled(name, 1);
    const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    const tags = Object.fromEntries((Reservations?.[0]?.Instances?.[0]?.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    expect(tags).toMatchObject({ team: 'x', 'aws:autoscaling:groupName': name });
    const [launch] = await activities(name);
    expect(launch).toMatchObject({ StatusCode: 'Successful', Description: `Launching a new EC2 instance: ${ids[0]}` });
  });

  it('refuses a desired capacity above its maximum or below its minimum', async () => {
    const name = await group({ MinSize: 1, MaxSize: 2, DesiredCapacity: 1 });
    expect(await failure(desire(name, 3))).toBe(
      'ValidationError: New SetDesiredCapacity value 3 is above max value 2 for the AutoScalingGroup.',
    );
    expect(await failure(desire(name, 0))).toMatch(/^ValidationError: .* below min value 1 /);
  });

  it('replaces an instance that was terminated', async () => {
    const name = await group({ DesiredCapacity: 2 });
    const [first = '', second = ''] = await settled(name, 2);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
    await waitFor('the replacement', async () => !(await inService(name)).includes(first), soon);
    const now = await settled(name, 2);
    expect(now).toContain(second);
    expect(now).not.toContain(first);
  });

  it('replaces an instance whose status checks keep failing', async () => {
    const name = await group({ DesiredCapacity: 1 });
    const [ill = ''] = await settled(name, 1);
    await aws.admin.setStatusChecks(ill, { system: 'impaired' });
    await waitFor('the replacement', async () => !(await inService(name)).includes(ill), soon);
    expect(await settled(name, 1)).not.toContain(ill);
  });

  it('moves into the zones it lacks, launching before it terminates', async () => {
    await aws.admin.setStandingFaults({ zonesWithoutCapacity: { 'us-east-1b': [] } });
    const name = await group({ zones: ['a', 'b'], DesiredCapacity: 4 });
    await settled(name, 4);
    await aws.admin.setStandingFaults({ zonesWithoutCapacity: {} });
    const counts = async () => {
      const zones = ((await look(name))?.Instances ?? []).map((entry) => entry.AvailabilityZone);
      return zones.length === 4 && zones.filter((zone) => zone === 'us-east-1b').length === 2;
    };
    await waitFor('the balance', counts, soon);
  });

  it('ends with its instances when it is deleted by force', async () => {
    const name = await group({ DesiredCapacity: 1 });
    await settled(name, 1);
    const remove = (ForceDelete: boolean) =>
      aws.autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete }));
    expect(await failure(remove(false))).toMatch(/^ResourceInUse/);
    await remove(true);
    await waitFor('the group to go', async () => (await look(name)) === undefined, soon);
  });
});

describe('capacity', () => {
  it('that a zone lacks is told with the words of EC2, and launched when it is back', async () => {
    await aws.admin.setStandingFaults({ zonesWithoutCapacity: { 'us-east-1a': [] } });
    const name = await group({ zones: ['a'], DesiredCapacity: 1 });
    const failed = await waitFor(
      'the failed activity',
      async () => (await activities(name)).find((entry) => entry.StatusCode === 'Failed'),
      soon,
    );
    expect(failed.StatusMessage).toMatch(
      /^We currently do not have sufficient m5\.large capacity in the Availability Zone you requested \(us-east-1a\)\. .* Launching EC2 instance failed\.$/,
    );
    await aws.admin.setStandingFaults({ zonesWithoutCapacity: {} });
    await settled(name, 1);
  });

  it('that a zone lacks is taken from the other zones', async () => {
    await aws.admin.setStandingFaults({ zonesWithoutCapacity: { 'us-east-1c': [] } });
    const name = await group({ DesiredCapacity: 3 });
    await settled(name, 3);
    const zones = ((await look(name))?.Instances ?? []).map((entry) => entry.AvailabilityZone);
    expect(zones).not.toContain('us-east-1c');
  });
});

describe('suspended processes', () => {
  it('keep the group from launching until they are resumed', async () => {
    const name = await group({ DesiredCapacity: 0 });
    await suspend(name, 'Launch');
    await desire(name, 1);
    await severalRounds();
    const quiet = await look(name);
    expect(quiet?.Instances).toEqual([]);
    expect(quiet?.SuspendedProcesses?.map((entry) => entry.ProcessName)).toEqual(['Launch']);
    await aws.autoScaling.send(
      new ResumeProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses: ['Launch'] }),
    );
    await settled(name, 1);
  });

  it('let an unhealthy instance be terminated without a replacement when only Launch is suspended', async () => {
    const name = await group({ DesiredCapacity: 2 });
    const [ill = '', well = ''] = await settled(name, 2);
    await suspend(name, 'Launch');
    await aws.autoScaling.send(new SetInstanceHealthCommand({ InstanceId: ill, HealthStatus: 'Unhealthy' }));
    expect(await settled(name, 1)).toEqual([well]);
  });

  it('keep an unhealthy instance when ReplaceUnhealthy is suspended', async () => {
    const name = await group({ DesiredCapacity: 1 });
    const [ill = ''] = await settled(name, 1);
    await suspend(name, 'ReplaceUnhealthy');
    await aws.autoScaling.send(new SetInstanceHealthCommand({ InstanceId: ill, HealthStatus: 'Unhealthy' }));
    await severalRounds();
    expect((await look(name))?.Instances?.map((entry) => [entry.InstanceId, entry.HealthStatus])).toEqual([
      [ill, 'Unhealthy'],
    ]);
  });
});

describe('TerminateInstanceInAutoScalingGroup', () => {
  it('replaces the instance, or shrinks the group when asked to', async () => {
    const name = await group({ DesiredCapacity: 2 });
    const [first = ''] = await settled(name, 2);
    const terminate = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
      aws.autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }),
      );
    const { Activity } = await terminate(first, false);
    expect(Activity).toMatchObject({ StatusCode: 'InProgress', Description: `Terminating EC2 instance: ${first}` });
    const [next = ''] = await settled(name, 2);
    await terminate(next, true);
    await settled(name, 1);
    expect((await look(name))?.DesiredCapacity).toBe(1);
  });

  it('takes several instances of one group, ends no other, and answers an activity for each', async () => {
    const name = await group({ DesiredCapacity: 16, MaxSize: 16, zones: ['a'] });
    const ids = await settled(name, 16);
    const { Activities } = await aws.autoScaling.send(
      new TerminateInstanceInAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        InstanceIds: ids.slice(0, 12),
        ShouldDecrementDesiredCapacity: true,
      }),
    );
    expect(Activities?.length).toBe(12);
    expect(await settled(name, 4)).toEqual(ids.slice(12));
  });

  it('refuses an instance of no group, and a shrinking below the minimum', async () => {
    const name = await group({ MinSize: 1, DesiredCapacity: 1 });
    const [only = ''] = await settled(name, 1);
    const terminate = (InstanceId: string) =>
      aws.autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }),
      );
    expect(await failure(terminate('i-00000000000000000'))).toMatch(/^ValidationError: Instance Id not found/);
    expect(await failure(terminate(only))).toMatch(/^ValidationError: Currently, desiredSize equals minSize/);
  });
});

describe('lifecycle hooks', () => {
  const hook = (AutoScalingGroupName: string) => ({ AutoScalingGroupName, LifecycleHookName: 'prepare' });

  it('hold a new instance in Pending:Wait until the action is completed', async () => {
    const name = await group({ DesiredCapacity: 0 });
    const transition = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' };
    await aws.autoScaling.send(new PutLifecycleHookCommand({ ...hook(name), ...transition }));
    await desire(name, 1);
    const waiting = await waitFor(
      'Pending:Wait',
      async () => (await look(name))?.Instances?.find((entry) => entry.LifecycleState === 'Pending:Wait'),
      soon,
    );
    expect((await activities(name))[0]?.StatusCode).toBe('MidLifecycleAction');
    await aws.autoScaling.send(
      new CompleteLifecycleActionCommand({
        ...hook(name),
        InstanceId: waiting.InstanceId ?? '',
        LifecycleActionResult: 'CONTINUE',
      }),
    );
    expect(await settled(name, 1)).toEqual([waiting.InstanceId]);
  });

  it('let the instances go on when the hook is deleted', async () => {
    const name = await group({ DesiredCapacity: 1 });
    const [only = ''] = await settled(name, 1);
    const transition = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING' };
    await aws.autoScaling.send(new PutLifecycleHookCommand({ ...hook(name), ...transition }));
    await desire(name, 0);
    const holds = async () => (await look(name))?.Instances?.[0]?.LifecycleState === 'Terminating:Wait';
    await waitFor('Terminating:Wait', holds, soon);
    await aws.autoScaling.send(new DeleteLifecycleHookCommand(hook(name)));
    await settled(name, 0);
    const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [only] }));
    expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
  });
});

describe('what competes with a recovery', () => {
  it('is seen: an instance refresh replaces every instance and reports its progress', async () => {
    const name = await group({ DesiredCapacity: 2 });
    const before = await settled(name, 2);
    await aws.autoScaling.send(
      new StartInstanceRefreshCommand({ AutoScalingGroupName: name, Preferences: { MinHealthyPercentage: 50 } }),
    );
    const again = aws.autoScaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: name }));
    expect(await failure(again)).toMatch(/^InstanceRefreshInProgress/);
    const done = async () => {
      const { InstanceRefreshes } = await aws.autoScaling.send(
        new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name }),
      );
      return InstanceRefreshes?.[0]?.Status === 'Successful';
    };
    await waitFor('the refresh', done, soon);
    const after = await settled(name, 2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });

  it('is seen: a warm pool', async () => {
    const name = await group({ DesiredCapacity: 0 });
    await aws.autoScaling.send(new PutWarmPoolCommand({ AutoScalingGroupName: name, MinSize: 2 }));
    const { WarmPoolConfiguration } = await aws.autoScaling.send(
      new DescribeWarmPoolCommand({ AutoScalingGroupName: name }),
    );
    expect(WarmPoolConfiguration).toMatchObject({ MinSize: 2, PoolState: 'Stopped' });
  });
});

describe('a broken launch template', () => {
  it('launches instances that are marked as never joining', async () => {
    await aws.admin.setStandingFaults({ brokenLaunchTemplates: ['prod-workers'] });
    const name = await group({ DesiredCapacity: 1 });
    const ids = await settled(name, 1);
    const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    expect(Reservations?.[0]?.Instances?.[0]?.Tags).toContainEqual({ Key: joinTag, Value: 'never' });
  });
});

describe('the front', () => {
  it('throttles Auto Scaling with its own error', async () => {
    await aws.admin.throttle({ service: 'autoscaling', remaining: 1 });
    const call = aws.once.autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
    expect(await failure(call)).toBe('Throttling: Rate exceeded');
  });

  it('keeps groups and members over its restart', async () => {
    const name = await group({ DesiredCapacity: 2 });
    const before = await settled(name, 2);
    await aws.restartFront();
    expect(await settled(name, 2)).toEqual(before);
  });

  it('pages through groups and activities', async () => {
    const name = await group({ DesiredCapacity: 5, zones: ['a'] });
    await settled(name, 5);
    const names: string[] = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client: aws.autoScaling, pageSize: 2 }, {})) {
      expect(page.AutoScalingGroups?.length).toBeLessThanOrEqual(2);
      names.push(...(page.AutoScalingGroups ?? []).map((entry) => entry.AutoScalingGroupName ?? ''));
    }
    expect(names).toContain(name);
    expect(new Set(names).size).toBe(names.length);
    const ids: string[] = [];
    const paging = { client: aws.autoScaling, pageSize: 2 };
    for await (const page of paginateDescribeScalingActivities(paging, { AutoScalingGroupName: name })) {
      ids.push(...(page.Activities ?? []).map((entry) => entry.ActivityId ?? ''));
    }
    expect([ids.length, new Set(ids).size]).toEqual([5, 5]);
  });
});
