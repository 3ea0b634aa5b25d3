/** What the sandbox's AWS does like AWS, asked with the real SDK. One emulator and one front for the file. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeTagsCommand,
  DescribeVolumeStatusCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  ModifySnapshotAttributeCommand,
  paginateDescribeInstances,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { otherAccountId } from '../../sandbox/aws/account.ts';
import { type SeededAws, seedAws } from '../../sandbox/aws/seed.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { type AwsAlone, startAwsAlone } from './aws-alone.ts';

let aws: AwsAlone;
let seeded: SeededAws;

beforeAll(async () => {
  aws = await startAwsAlone();
  await aws.admin.setTiming({
    volumeCreating: 250,
    snapshotPending: 200,
    attaching: 150,
    detaching: 150,
    instancePending: 100,
  });
  await aws.admin.setTiming({ instanceShuttingDown: 250, instanceStopping: 250 });
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

afterEach(async () => {
  await aws.admin.removeFaults();
  await aws.admin.setStandingFaults({ failingVolumes: 0, zonesWithoutCapacity: {} });
});

const soon = { timeoutMs: 60_000, intervalMs: 20 };

function code(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

async function failure(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'no error', code);
}

async function create(input: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
  const { VolumeId } = await aws.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, ...input }),
  );
  return VolumeId ?? '';
}

async function state(id: string): Promise<string | undefined> {
  const { Volumes } = await aws.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
  return Volumes?.[0]?.State;
}

async function available(id: string): Promise<string> {
  await waitFor(`${id} to be available`, async () => (await state(id)) === 'available', soon);
  return id;
}

async function snapshot(volumeId: string): Promise<string> {
  const { SnapshotId = '' } = await aws.ec2.send(new CreateSnapshotCommand({ VolumeId: volumeId }));
  await waitFor(`${SnapshotId} to be completed`, async () => (await snapshotState(SnapshotId)) === 'completed', soon);
  return SnapshotId;
}

async function snapshotState(id: string): Promise<string | undefined> {
  const { Snapshots } = await aws.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
  return Snapshots?.[0]?.State;
}

async function run(zone = 'us-east-1a', token?: string): Promise<string> {
  const { Instances } = await aws.ec2.send(
    new RunInstancesCommand({
      ImageId: seeded.imageId,
      InstanceType: 'm5.large',
      SubnetId: seeded.subnets[zone] ?? '',
      MinCount: 1,
      MaxCount: 1,
      ...(token !== undefined && { ClientToken: token }),
    }),
  );
  const id = Instances?.[0]?.InstanceId ?? '';
  await waitFor(`${id} to run`, async () => (await instanceState(id)) === 'running', soon);
  return id;
}

async function instanceState(id: string): Promise<string | undefined> {
  const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

describe('CreateVolume', () => {
  it('goes through creating before it is available', async () => {
    const request = { AvailabilityZone: 'us-east-1a', Size: 1 };
    const { VolumeId = '', State } = await aws.ec2.send(new CreateVolumeCommand(request));
    expect(State).toBe('creating');
    await available(VolumeId);
  });

  it('answers a repeated client token with the first volume and makes no second one', async () => {
    const first = await create({ ClientToken: 'repeat-1' });
    const second = await create({ ClientToken: 'repeat-1' });
    expect(second).toBe(first);
  });

  it('makes one volume when the same token comes twice at once', async () => {
    const both = await Promise.all([create({ ClientToken: 'twice-1' }), create({ ClientToken: 'twice-1' })]);
    expect(new Set(both).size).toBe(1);
  });

  it('refuses a client token with other parameters', async () => {
    await create({ ClientToken: 'mismatch-1' });
    expect(await failure(create({ ClientToken: 'mismatch-1', Size: 2 }))).toBe('IdempotentParameterMismatch');
  });

  it('burns the token of a creation that failed afterwards', async () => {
    await aws.admin.failNextVolumes(1);
    const id = await create({ ClientToken: 'burned-1' });
    await waitFor('the volume to fail', async () => (await state(id)) === 'error', soon);
    expect(await failure(create({ ClientToken: 'burned-1' }))).toBe('IdempotentParameterMismatch');
    await aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
    expect(await failure(state(id))).toBe('InvalidVolume.NotFound');
  });

  it('may let a volume vanish that failed, and burns its token too', async () => {
    await aws.admin.failNextVolumes(1, 'gone');
    const id = await create({ ClientToken: 'gone-1' });
    await waitFor('the volume to vanish', async () => (await failure(state(id))) === 'InvalidVolume.NotFound', soon);
    expect(await failure(create({ ClientToken: 'gone-1' }))).toBe('IdempotentParameterMismatch');
  });

  it('does not let a volume be deleted that is still being made', async () => {
    const { volumeCreating } = await aws.admin.setTiming({});
    await aws.admin.setTiming({ volumeCreating: 3_000 });
    try {
      const id = await create();
      expect(await failure(aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id })))).toBe('IncorrectState');
      await available(id);
    } finally {
      await aws.admin.setTiming({ volumeCreating });
    }
  });

  it('burns the token of a volume that was deleted', async () => {
    const id = await available(await create({ ClientToken: 'deleted-1' }));
    await aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
    expect(await failure(create({ ClientToken: 'deleted-1' }))).toBe('IdempotentParameterMismatch');
  });

  it('gives gp3 its defaults and refuses what is beyond its limits', async () => {
    const volume = await aws.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, VolumeType: 'gp3' }),
    );
    expect(volume).toMatchObject({ Iops: 3000, Throughput: 125 });
    expect(await failure(create({ VolumeType: 'gp3', Iops: 2999 }))).toBe('InvalidParameterValue');
    expect(await failure(create({ VolumeType: 'gp3', Throughput: 900 }))).toBe('InvalidParameterValue');
    expect(await failure(create({ VolumeType: 'gp2', Throughput: 125 }))).toBe('InvalidParameterCombination');
  });

  it.each([
    ['an unknown zone', { AvailabilityZone: 'us-east-1q' }, 'InvalidZone.NotFound'],
    ['an unknown snapshot', { SnapshotId: 'snap-00000000000000000' }, 'InvalidSnapshot.NotFound'],
    ['an unknown type', { VolumeType: 'gp9' as 'gp3' }, 'UnknownVolumeType'],
    ['an initialization rate without a snapshot', { VolumeInitializationRate: 100 }, 'InvalidParameterCombination'],
    ['a token longer than 64 characters', { ClientToken: 'x'.repeat(65) }, 'InvalidParameterValue'],
  ])('refuses %s', async (_what, input, expected) => {
    expect(await failure(create(input))).toBe(expected);
  });

  it('takes the size of the snapshot and refuses a smaller one', async () => {
    const from = await snapshot(await available(await create({ Size: 3 })));
    const { Size } = await aws.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1b', SnapshotId: from }));
    expect(Size).toBe(3);
    expect(await failure(create({ SnapshotId: from, Size: 2 }))).toBe('InvalidParameterValue');
    expect(await failure(create({ SnapshotId: from, Size: 3, VolumeInitializationRate: 301 }))).toBe(
      'InvalidParameterValue',
    );
    const slow = await create({ SnapshotId: from, Size: 3, VolumeInitializationRate: 100 });
    await available(slow);
    const { VolumeStatuses } = await aws.ec2.send(new DescribeVolumeStatusCommand({ VolumeIds: [slow] }));
    expect(VolumeStatuses?.[0]?.InitializationStatusDetails).toMatchObject({ InitializationType: 'provisioned-rate' });
  });

  it('changes nothing in a dry run', async () => {
    const before = (await aws.ec2.send(new DescribeVolumesCommand({}))).Volumes?.length;
    expect(await failure(create({ DryRun: true }))).toBe('DryRunOperation');
    expect((await aws.ec2.send(new DescribeVolumesCommand({}))).Volumes?.length).toBe(before);
  });
});

describe('the data of volumes', () => {
  it('is copied by a snapshot at the moment of the call, and by a volume made from it', async () => {
    const source = await available(await create());
    const file = join(aws.context.dir, 'volumes', source, 'row');
    writeFileSync(file, 'before');
    const saved = await snapshot(source);
    writeFileSync(file, 'after');
    const copy = await available(await create({ SnapshotId: saved }));
    expect(readFileSync(join(aws.context.dir, 'volumes', copy, 'row'), 'utf8')).toBe('before');
  });

  it('is gone with its volume', async () => {
    const id = await available(await create());
    await aws.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
    const directory = join(aws.context.dir, 'volumes', id);
    await waitFor(
      'the directory to go',
      () => {
        try {
          mkdirSync(directory);
          return true;
        } catch {
          return false;
        }
      },
      soon,
    );
  });
});

describe('snapshots', () => {
  it('are pending with progress before they are completed', async () => {
    const volume = await available(await create());
    const { snapshotPending } = await aws.admin.setTiming({});
    await aws.admin.setTiming({ snapshotPending: 3_000 });
    try {
      const { SnapshotId = '', State, Progress } = await aws.ec2.send(new CreateSnapshotCommand({ VolumeId: volume }));
      expect({ State, Progress }).toEqual({ State: 'pending', Progress: '0%' });
      expect(await failure(create({ SnapshotId }))).toBe('IncorrectState');
      await waitFor('the snapshot to complete', async () => (await snapshotState(SnapshotId)) === 'completed', soon);
    } finally {
      await aws.admin.setTiming({ snapshotPending });
    }
  });

  it('that are copied carry an arbitrary volume id and the tags that were asked for', async () => {
    const original = await snapshot(await available(await create()));
    const { SnapshotId = '' } = await aws.ec2.send(
      new CopySnapshotCommand({
        SourceRegion: 'us-east-1',
        SourceSnapshotId: original,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'kept', Value: 'yes' }] }],
      }),
    );
    const { Snapshots } = await aws.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }));
    expect(Snapshots?.[0]).toMatchObject({ VolumeId: 'vol-ffffffff', Tags: [{ Key: 'kept', Value: 'yes' }] });
  });

  it('of another account are seen and used only when they are shared', async () => {
    const common = { ownerId: otherAccountId, volumeSize: 1, tags: { secret: 'tag' } };
    const hidden = await aws.admin.addForeignSnapshot({ ...common, visibility: 'private' });
    const shared = await aws.admin.addForeignSnapshot({ ...common, visibility: 'shared' });
    expect(await failure(snapshotState(hidden.snapshotId))).toBe('InvalidSnapshot.NotFound');
    expect(await failure(create({ SnapshotId: hidden.snapshotId }))).toBe('InvalidSnapshot.NotFound');
    const { Snapshots } = await aws.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [shared.snapshotId] }));
    expect(Snapshots?.[0]).toMatchObject({ OwnerId: otherAccountId, Tags: [] });
    await available(await create({ SnapshotId: shared.snapshotId }));
    const own = await aws.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    expect(own.Snapshots?.map((entry) => entry.SnapshotId)).not.toContain(shared.snapshotId);
  });

  it('are shared by their attribute', async () => {
    const id = await snapshot(await available(await create()));
    const add = { CreateVolumePermission: { Add: [{ UserId: otherAccountId }] } };
    await aws.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: id, ...add }));
    const { Snapshots } = await aws.ec2.send(new DescribeSnapshotsCommand({ RestorableByUserIds: [otherAccountId] }));
    expect(Snapshots?.map((entry) => entry.SnapshotId)).toContain(id);
  });
});

describe('attachments', () => {
  it('go through attaching to attached, keep the volume from being deleted or attached twice, and end as available', async () => {
    const [volume, instance] = [await available(await create()), await run()];
    const request = { VolumeId: volume, InstanceId: instance, Device: '/dev/xvdf' };
    expect((await aws.ec2.send(new AttachVolumeCommand(request))).State).toBe('attaching');
    expect(await state(volume)).toBe('in-use');
    const attached = async () => {
      const { Volumes } = await aws.ec2.send(new DescribeVolumesCommand({ VolumeIds: [volume] }));
      return Volumes?.[0]?.Attachments?.[0]?.State === 'attached';
    };
    await waitFor('the volume to be attached', attached, soon);
    expect(await failure(aws.ec2.send(new DeleteVolumeCommand({ VolumeId: volume })))).toBe('VolumeInUse');
    expect(await failure(aws.ec2.send(new AttachVolumeCommand({ ...request, Device: '/dev/xvdg' })))).toBe(
      'VolumeInUse',
    );
    await aws.ec2.send(new DetachVolumeCommand({ VolumeId: volume }));
    await available(volume);
    expect(await failure(aws.ec2.send(new DetachVolumeCommand({ VolumeId: volume })))).toBe('IncorrectState');
  });

  it('are refused across zones', async () => {
    const [volume, instance] = [
      await available(await create({ AvailabilityZone: 'us-east-1b' })),
      await run('us-east-1a'),
    ];
    const call = aws.ec2.send(new AttachVolumeCommand({ VolumeId: volume, InstanceId: instance, Device: '/dev/xvdf' }));
    expect(await failure(call)).toBe('InvalidVolume.ZoneMismatch');
  });

  it('end with their instance', async () => {
    const [volume, instance] = [await available(await create()), await run()];
    await aws.ec2.send(new AttachVolumeCommand({ VolumeId: volume, InstanceId: instance, Device: '/dev/xvdf' }));
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance] }));
    await available(volume);
    expect(await instanceState(instance)).toBe('terminated');
  });

  it('end when the volume is deleted behind everybody', async () => {
    const [volume, instance] = [await available(await create()), await run()];
    await aws.ec2.send(new AttachVolumeCommand({ VolumeId: volume, InstanceId: instance, Device: '/dev/xvdf' }));
    await aws.admin.deleteVolume(volume);
    expect(await failure(state(volume))).toBe('InvalidVolume.NotFound');
    const { Reservations } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance] }));
    const devices = Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings?.map((device) => device.Ebs?.VolumeId);
    expect(devices).not.toContain(volume);
  });
});

describe('instances', () => {
  it('pass through shutting-down and stopping', async () => {
    const [first, second] = [await run(), await run()];
    const ended = await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
    const stopped = await aws.ec2.send(new StopInstancesCommand({ InstanceIds: [second] }));
    const states = [...(ended.TerminatingInstances ?? []), ...(stopped.StoppingInstances ?? [])];
    expect(states.map(({ CurrentState }) => CurrentState?.Name)).toEqual(['shutting-down', 'stopping']);
    await waitFor(
      'the ends',
      async () => `${await instanceState(first)} ${await instanceState(second)}` === 'terminated stopped',
      soon,
    );
  });

  it('show failed status checks, and appear when stopped only with IncludeAllInstances', async () => {
    const [ill, stopped] = [await run(), await run()];
    await aws.admin.setStatusChecks(ill, { instance: 'impaired' });
    await aws.admin.endInstance(stopped, 'stopped');
    await waitFor('the stop', async () => (await instanceState(stopped)) === 'stopped', soon);
    const some = await aws.ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [ill, stopped] }));
    expect(some.InstanceStatuses?.map((entry) => [entry.InstanceId, entry.InstanceStatus?.Status])).toEqual([
      [ill, 'impaired'],
    ]);
    const all = await aws.ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [ill, stopped], IncludeAllInstances: true }),
    );
    expect(all.InstanceStatuses?.map((entry) => entry.InstanceId).sort()).toEqual([ill, stopped].sort());
  });

  it('are launched once for one client token', async () => {
    expect(await run('us-east-1a', 'launch-1')).toBe(await run('us-east-1a', 'launch-1'));
  });

  it('are refused where a zone has no capacity', async () => {
    await aws.admin.setStandingFaults({ zonesWithoutCapacity: { 'us-east-1b': [] } });
    const call = aws.once.ec2.send(
      new RunInstancesCommand({
        ImageId: seeded.imageId,
        InstanceType: 'm5.large',
        SubnetId: seeded.subnets['us-east-1b'] ?? '',
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    expect(await failure(call)).toBe('InsufficientInstanceCapacity');
  });
});

describe('faults', () => {
  it('throttle the named action as often as asked, before any effect', async () => {
    const mark = await aws.admin.journalMark();
    await aws.admin.throttle({ service: 'ec2', action: 'CreateVolume', remaining: 2 });
    const call = () => aws.once.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
    expect([await failure(call()), await failure(call()), await failure(call())]).toEqual([
      'RequestLimitExceeded',
      'RequestLimitExceeded',
      'no error',
    ]);
    expect(await aws.admin.carriedOut('CreateVolume', { after: mark })).toBe(1);
  });

  it('lose the answer after the effect, and the repeat with the same token finds the first volume', async () => {
    const mark = await aws.admin.journalMark();
    await aws.admin.loseReply({ action: 'CreateVolume', remaining: 1 });
    const id = await create({ ClientToken: 'lost-1' });
    const calls = await aws.admin.journal({ action: 'CreateVolume', after: mark });
    expect(calls.map((call) => call.answered)).toEqual([false, true]);
    expect(new Set([id, ...calls.map((call) => call.resource)]).size).toBe(1);
  });

  it('answer a server error', async () => {
    await aws.admin.fail({ service: 'ec2', action: 'DescribeVolumes', remaining: 1 });
    expect(await failure(aws.once.ec2.send(new DescribeVolumesCommand({})))).toBe('InternalError');
  });

  it('make a call slow', async () => {
    await aws.admin.delay({ action: 'DescribeVolumes', remaining: 1 }, 300);
    const began = Date.now();
    await aws.ec2.send(new DescribeVolumesCommand({}));
    expect(Date.now() - began).toBeGreaterThanOrEqual(295);
  });

  it('slow S3 down', async () => {
    await aws.admin.throttle({ service: 's3', action: 'ListBuckets', remaining: 1 });
    expect(await failure(aws.once.s3.send(new ListBucketsCommand({})))).toBe('SlowDown');
  });

  it('strike only the callers that are named', async () => {
    await aws.admin.throttle({ userAgent: 'some-other-caller' });
    expect(await failure(aws.once.ec2.send(new DescribeVolumesCommand({})))).toBe('no error');
  });
});

describe('describes', () => {
  it('page through volumes, snapshots and instances without loss or repetition', async () => {
    const tag = { Key: 'page', Value: 'through' };
    const tags = (ResourceType: 'volume' | 'snapshot' | 'instance') => [{ ResourceType, Tags: [tag] }];
    const ids = await Promise.all(Array.from({ length: 12 }, () => create({ TagSpecifications: tags('volume') })));
    for (const id of ids) await available(id);
    await Promise.all(
      ids.map((id) => aws.ec2.send(new CreateSnapshotCommand({ VolumeId: id, TagSpecifications: tags('snapshot') }))),
    );
    await aws.ec2.send(
      new RunInstancesCommand({
        ImageId: seeded.imageId,
        MinCount: 12,
        MaxCount: 12,
        TagSpecifications: tags('instance'),
      }),
    );
    // The paginators write their token into the request: each gets its own.
    const request = () => ({ Filters: [{ Name: 'tag:page', Values: ['thr*'] }] });
    const paging = { client: aws.ec2, pageSize: 5 };
    const seen: Record<string, string[]> = { volumes: [], snapshots: [], instances: [] };
    const pages: number[] = [];
    for await (const page of paginateDescribeVolumes(paging, request())) {
      pages.push(page.Volumes?.length ?? 0);
      seen.volumes?.push(...(page.Volumes ?? []).map((entry) => entry.VolumeId ?? ''));
    }
    for await (const page of paginateDescribeSnapshots(paging, request())) {
      seen.snapshots?.push(...(page.Snapshots ?? []).map((entry) => entry.SnapshotId ?? ''));
    }
    for await (const page of paginateDescribeInstances(paging, request())) {
      const instances = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      seen.instances?.push(...instances.map((entry) => entry.InstanceId ?? ''));
    }
    expect(pages).toEqual([5, 5, 2]);
    expect(seen.volumes?.sort()).toEqual([...ids].sort());
    for (const list of Object.values(seen)) expect([list.length, new Set(list).size]).toEqual([12, 12]);
  });

  it('refuse MaxResults together with ids, unknown filters, and foreign page tokens', async () => {
    const id = await create();
    const describeVolumes = (input: object) => failure(aws.ec2.send(new DescribeVolumesCommand(input)));
    expect(await describeVolumes({ VolumeIds: [id], MaxResults: 5 })).toBe('InvalidParameterCombination');
    expect(await describeVolumes({ Filters: [{ Name: 'colour', Values: ['red'] }] })).toBe('InvalidParameterValue');
    expect(await describeVolumes({ NextToken: 'nonsense' })).toBe('InvalidParameterValue');
  });

  it('show tags of volumes and of what the emulator keeps in one list', async () => {
    const id = await create();
    const both = [id, seeded.vpcId];
    await aws.ec2.send(
      new CreateTagsCommand({ Resources: both, Tags: [{ Key: 'shared', Value: 'by <both> & more' }] }),
    );
    const { Tags } = await aws.ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['shared'] }] }));
    expect(Tags?.map((tag) => [tag.ResourceId, tag.Value]).sort()).toEqual(
      both.map((name) => [name, 'by <both> & more']).sort(),
    );
  });
});

describe('S3 and STS', () => {
  it('pass large streamed bodies in both directions unchanged', async () => {
    const body = Buffer.alloc(12 * 1_048_576, 'rekindle');
    await aws.s3.send(
      new PutObjectCommand({
        Bucket: 'rekindle-artefacts',
        Key: 'deep/large',
        Body: Readable.from(chunks(body)),
        ContentLength: body.length,
      }),
    );
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: 'rekindle-artefacts', Key: 'deep/large' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  it('keep versions', async () => {
    for (const Body of ['one', 'two']) {
      await aws.s3.send(new PutObjectCommand({ Bucket: 'rekindle-etcd', Key: 'versions', Body }));
    }
    const { Versions } = await aws.s3.send(
      new ListObjectVersionsCommand({ Bucket: 'rekindle-etcd', Prefix: 'versions' }),
    );
    expect(Versions?.length).toBe(2);
  });

  it('answer for virtual-hosted buckets', async () => {
    const s3 = new S3Client({
      endpoint: aws.endpoint.replace('127.0.0.1', 'localhost'),
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: { httpAgent: new Agent({ lookup: loopback }) },
    });
    try {
      await s3.send(new PutObjectCommand({ Bucket: 'rekindle-velero', Key: 'by-host', Body: 'x' }));
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'rekindle-velero', Key: 'by-host' }));
      expect(await Body?.transformToString()).toBe('x');
    } finally {
      s3.destroy();
    }
  });

  it('know the account', async () => {
    expect((await aws.sts.send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
  });
});

/** Every name below localhost is this machine, also where the resolver does not know it. */
const loopback: LookupFunction = (_name, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

function* chunks(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
}

describe('the front itself', () => {
  it('still knows its volumes, tokens and journal after it was started anew', async () => {
    const id = await create({ ClientToken: 'survives-1' });
    await aws.restartFront();
    expect(await create({ ClientToken: 'survives-1' })).toBe(id);
    await available(id);
    const calls = await aws.admin.journal({ action: 'CreateVolume' });
    expect(calls.filter((call) => call.resource === id).length).toBe(2);
  });

  it('tells whether the emulator still has what was seeded', async () => {
    await aws.admin.markGeneration();
    expect(await aws.admin.generation()).toMatchObject({ motoKnowsIt: true });
    const moto = `http://127.0.0.1:${aws.context.state.knownPort('moto')}`;
    await fetch(`${moto}/moto-api/reset`, { method: 'POST' });
    expect(await aws.admin.generation()).toMatchObject({ motoKnowsIt: false });
  });
});
