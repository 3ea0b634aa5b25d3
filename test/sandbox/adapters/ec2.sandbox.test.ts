import { CreateSnapshotCommand, CreateVolumeCommand, waitUntilSnapshotCompleted } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEc2Activities } from '../../../activities/ec2/activities.ts';
import { awsEc2Regions } from '../../../activities/ec2/client.ts';
import { volumeRequest } from '../../../activities/ec2/creation-request.ts';
import type { CreateVolumeInput, Ec2Activities } from '../../../activities/ec2/types.ts';
import { accountId, homeRegion, otherAccountId } from '../../../sandbox/aws/account.ts';
import { ec2Conformance } from '../../adapters/ec2-conformance.ts';
import { realPace } from '../../adapters/test-pace.ts';
import { type AwsAlone, startAwsAlone } from '../aws-alone.ts';

let aws: AwsAlone;
let regions: ReturnType<typeof awsEc2Regions>;
let activities: Ec2Activities;

beforeAll(async () => {
  aws = await startAwsAlone();
  vi.stubEnv('AWS_ENDPOINT_URL', aws.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7SANDBOX');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox');
  await aws.admin.setTiming({ volumeCreating: 400, snapshotPending: 300 });
  regions = awsEc2Regions();
  activities = createEc2Activities({ regions, pace: realPace });
});

afterAll(async () => {
  regions?.close();
  await aws?.stop();
  vi.unstubAllEnvs();
});

afterEach(async () => {
  await aws.admin.removeFaults();
  await aws.admin.setStandingFaults({ failingVolumes: 0 });
});

async function addSnapshot(tags: Readonly<Record<string, string>>) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const volume = await aws.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, VolumeType: 'gp3' }),
  );
  const volumeId = volume.VolumeId ?? '';
  await activities.waitVolumeAvailable({ region: homeRegion, volumeId, limitSeconds: 30 });
  const snapshot = await aws.ec2.send(
    new CreateSnapshotCommand({ VolumeId: volumeId, TagSpecifications: [{ ResourceType: 'snapshot', Tags }] }),
  );
  const snapshotId = snapshot.SnapshotId ?? '';
  await waitUntilSnapshotCompleted(
    { client: aws.ec2, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
    { SnapshotIds: [snapshotId] },
  );
  return { snapshotId, volumeId };
}

describe('EC2 through the SDK', () => {
  ec2Conformance(
    async () => ({
      region: regions.region(homeRegion),
      accountId,
      zone: 'us-east-1b',
      unknownZone: 'us-east-1q',
      addSnapshot,
      settled: async (volumeId) => {
        await activities.waitVolumeAvailable({ region: homeRegion, volumeId, limitSeconds: 30 });
      },
    }),
    `run${Date.now()}`,
  );
});

describe('one volume for one attempt', () => {
  let snapshotId: string;
  beforeAll(async () => {
    snapshotId = (await addSnapshot({})).snapshotId;
  });

  const creation = (recoveryId: string, attempt = 1): CreateVolumeInput => ({
    region: homeRegion,
    recoveryId,
    workflowId: 'volume-rebind/prod/production/data-db-0',
    attempt,
    pvName: 'pvc-1',
    snapshotId,
    zone: 'us-east-1c',
    sizeGiB: 1,
    type: 'gp3',
    encrypted: false,
    name: 'production/data-db-0',
  });

  /** As Temporal does: the step again, until it answers. */
  async function untilAnswered(input: CreateVolumeInput) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await activities.createVolumeFromSnapshot(input);
      } catch (error) {
        if (tries === 10 || (error as { retryable?: boolean }).retryable !== true) throw error;
      }
    }
  }

  async function made(recoveryId: string): Promise<readonly string[]> {
    const volumes = await regions.region(homeRegion).volumesTagged({ 'rekindle.io/recovery': recoveryId });
    return volumes.map((volume) => volume.volumeId);
  }

  it.each([
    ['the replies of the creation are lost', () => aws.admin.loseReply({ action: 'CreateVolume', remaining: 5 })],
    ['the creation is throttled', () => aws.admin.throttle({ action: 'CreateVolume', remaining: 5 })],
    ['EC2 fails inside', () => aws.admin.fail({ action: 'CreateVolume', remaining: 5 })],
    ['the requests never arrive', () => aws.admin.loseRequest({ action: 'CreateVolume', remaining: 5 })],
    ['every second call of any kind is throttled', () => aws.admin.throttle({ probability: 0.5, remaining: 30 })],
  ])('holds when %s', async (what, breakAws) => {
    const recoveryId = `recovery-${what.length}`;
    await breakAws();
    const volume = await untilAnswered(creation(recoveryId));
    await aws.admin.removeFaults();
    expect(await made(recoveryId)).toEqual([volume.volumeId]);
  });

  it('tells a lost reply from a throttled call', async () => {
    await aws.admin.loseReply({ action: 'CreateVolume', remaining: 3 });
    await expect(activities.createVolumeFromSnapshot(creation('told-lost'))).rejects.toMatchObject({
      code: 'reply-lost',
    });
    await aws.admin.removeFaults();
    await aws.admin.throttle({ action: 'CreateVolume', remaining: 3 });
    await expect(activities.createVolumeFromSnapshot(creation('told-throttled'))).rejects.toMatchObject({
      code: 'throttled',
    });
  });

  it('gives up a volume that ends in error for a fresh attempt, and the bad one can be deleted', async () => {
    await aws.admin.failNextVolumes(1);
    const bad = await activities.createVolumeFromSnapshot(creation('failing'));
    const settled = await activities.waitVolumeAvailable({
      region: homeRegion,
      volumeId: bad.volumeId,
      limitSeconds: 30,
    });
    expect(settled).toMatchObject({ outcome: 'failed', state: 'error' });
    await expect(regions.region(homeRegion).createVolume(volumeRequest(creation('failing')))).rejects.toMatchObject({
      code: 'client-token-burned',
    });
    const identity = { region: homeRegion, recoveryId: 'failing', workflowId: 'w', pvName: 'pvc-1' };
    expect(await activities.deleteRecoveryVolume({ ...identity, volumeId: bad.volumeId })).toEqual({
      deleted: [bad.volumeId],
      alreadyGone: [],
    });
    await expect.poll(() => made('failing')).toEqual([]);
    const good = await activities.createVolumeFromSnapshot(creation('failing', 2));
    expect(
      await activities.waitVolumeAvailable({ region: homeRegion, volumeId: good.volumeId, limitSeconds: 30 }),
    ).toMatchObject({
      outcome: 'available',
      volume: { sourceSnapshotId: snapshotId, zone: 'us-east-1c', tags: { 'ebs.csi.aws.com/cluster': 'true' } },
    });
    expect(await made('failing')).toEqual([good.volumeId]);
  });

  it('counts as done a deletion whose reply was lost', async () => {
    const { volumeId } = await activities.createVolumeFromSnapshot(creation('undone'));
    await activities.waitVolumeAvailable({ region: homeRegion, volumeId, limitSeconds: 30 });
    await aws.admin.loseReply({ action: 'DeleteVolume', remaining: 1 });
    const identity = { region: homeRegion, recoveryId: 'undone', workflowId: 'w', pvName: 'pvc-1' };
    const outcome = await activities.deleteRecoveryVolume({ ...identity, volumeId: null });
    expect([...outcome.deleted, ...outcome.alreadyGone]).toEqual([volumeId]);
    expect(await activities.deleteRecoveryVolume({ ...identity, volumeId })).toEqual({
      deleted: [],
      alreadyGone: [volumeId],
    });
  });
});

describe('snapshots of others', () => {
  it('tells the owner of a shared snapshot that was named, and says that a private one is not there', async () => {
    const foreign = { ownerId: otherAccountId, volumeSize: 1, tags: { CSIVolumeName: 'pvc-foreign' } } as const;
    const shared = await aws.admin.addForeignSnapshot({ ...foreign, visibility: 'shared' });
    const hidden = await aws.admin.addForeignSnapshot({ ...foreign, visibility: 'private' });
    const by = { region: homeRegion, pvName: 'pvc-foreign' };
    expect(await activities.findSnapshots(by)).toMatchObject({ candidates: [], missing: [] });
    expect(await activities.findSnapshots({ ...by, snapshotId: shared.snapshotId })).toMatchObject({
      vantage: { accountId, region: homeRegion },
      candidates: [{ snapshotId: shared.snapshotId, ownerAccountId: otherAccountId, matches: ['named'] }],
    });
    expect(await activities.findSnapshots({ ...by, snapshotId: hidden.snapshotId })).toMatchObject({
      candidates: [],
      missing: [hidden.snapshotId],
    });
  });
});

describe('a volume that someone deleted', () => {
  it('is missing, with the words of EC2 and the account that was asked', async () => {
    const { volumeId } = await addSnapshot({});
    await aws.admin.deleteVolume(volumeId);
    expect(await activities.readVolume({ region: homeRegion, volumeId })).toMatchObject({
      state: 'missing',
      vantage: { accountId, region: homeRegion },
      notFoundMessage: expect.stringContaining(volumeId),
    });
  });
});
