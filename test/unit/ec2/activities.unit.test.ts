import { beforeEach, describe, expect, it } from 'vitest';
import { createEc2Activities } from '../../../activities/ec2/activities.ts';
import type { CreateVolumeInput, Ec2Activities } from '../../../activities/ec2/types.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { FakeEc2Region } from '../../adapters/fake-ec2.ts';
import { TestPace } from '../../adapters/test-pace.ts';

let ec2: FakeEc2Region;
let pace: TestPace;
let activities: Ec2Activities;
let input: CreateVolumeInput;
const recovery = {
  region: 'us-east-1',
  recoveryId: 'recovery-1',
  workflowId: 'volume-rebind/prod/production/data-db-0',
};

beforeEach(() => {
  ec2 = new FakeEc2Region();
  pace = new TestPace();
  activities = createEc2Activities({ regions: ec2.regions, pace });
  const { snapshotId } = ec2.addSnapshot({ volumeId: 'vol-0000000000000dead' });
  input = {
    ...recovery,
    attempt: 1,
    pvName: 'pvc-1',
    snapshotId,
    zone: 'us-east-1a',
    sizeGiB: 10,
    type: 'gp3',
    encrypted: false,
    name: 'production/data-db-0',
  };
});

describe('reading a volume', () => {
  it('answers `missing` together with the account and region that were asked', async () => {
    expect(await activities.readVolume({ region: 'us-east-1', volumeId: 'vol-0000000000000dead' })).toMatchObject({
      state: 'missing',
      vantage: { accountId: '123456789012', region: 'us-east-1' },
      notFoundMessage: expect.stringContaining('vol-0000000000000dead'),
      shape: null,
    });
  });

  it('takes an in-tree handle', async () => {
    const { volumeId } = ec2.addVolume({});
    expect(
      await activities.readVolume({ region: 'us-east-1', volumeId: `aws://us-east-1a/${volumeId}` }),
    ).toMatchObject({
      volumeId,
      state: 'available',
    });
  });

  it('tells available from initialized', async () => {
    ec2.behaviour.initialization = { state: 'initializing', progressPercent: 12 };
    const { volumeId } = ec2.addVolume({ sourceSnapshotId: 'snap-1' });
    const facts = await activities.readVolume({ region: 'us-east-1', volumeId });
    expect([facts.state, facts.initialization]).toEqual(['available', { state: 'initializing', progressPercent: 12 }]);
  });

  it('does not fail where the status of the volume may not be read', async () => {
    ec2.behaviour.initialization = new RekindleError('forbidden', 'DescribeVolumeStatus');
    const { volumeId } = ec2.addVolume({ sourceSnapshotId: 'snap-1' });
    const facts = await activities.readVolume({ region: 'us-east-1', volumeId });
    expect(facts.initialization.state).toBe('unknown');
  });
});

describe('searching snapshots', () => {
  it('refuses a search by nothing, which would list the whole account', async () => {
    await expect(activities.findSnapshots({ region: 'us-east-1' })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('shows a named snapshot of another account with its owner, and never finds one of another account unasked', async () => {
    const foreign = ec2.addSnapshot({ volumeId: 'vol-00000000000000bad', ownerAccountId: '999999999999' });
    const by = { region: 'us-east-1', volumeId: 'vol-00000000000000bad' };
    expect((await activities.findSnapshots(by)).candidates).toEqual([]);
    expect((await activities.findSnapshots({ ...by, snapshotId: foreign.snapshotId })).candidates).toMatchObject([
      { snapshotId: foreign.snapshotId, ownerAccountId: '999999999999', matches: ['named', 'volume-id'] },
    ]);
  });
});

describe('rehearsing a creation', () => {
  it('tells that it would be accepted, and makes nothing', async () => {
    expect(await activities.rehearseCreateVolume(input)).toEqual({ outcome: 'accepted' });
    expect(ec2.effects).toEqual([]);
  });

  it('tells what a person must mend', async () => {
    expect(await activities.rehearseCreateVolume({ ...input, zone: 'us-east-1q' })).toMatchObject({
      outcome: 'refused',
      code: 'zone-unusable',
    });
  });

  it('leaves what passes by itself to the next try', async () => {
    ec2.rehearseCreateVolume = async () => {
      throw new RekindleError('throttled', 'RequestLimitExceeded');
    };
    await expect(activities.rehearseCreateVolume(input)).rejects.toMatchObject({ code: 'throttled' });
  });
});

describe('making a volume', () => {
  it('finds its own volume on a repeat and makes no second one', async () => {
    const first = await activities.createVolumeFromSnapshot(input);
    const again = await activities.createVolumeFromSnapshot(input);
    expect(again).toEqual({ ...first, alreadyThere: true });
    expect(ec2.effects).toEqual([`create ${first.volumeId}`]);
  });

  it('makes no second one when the reply was lost and the lists do not show the first yet', async () => {
    ec2.behaviour.loseCreationReply = true;
    await expect(activities.createVolumeFromSnapshot(input)).rejects.toMatchObject({
      code: 'reply-lost',
      retryable: true,
    });
    ec2.behaviour.hidden = () => true;
    await activities.createVolumeFromSnapshot(input);
    expect(ec2.effects).toHaveLength(1);
  });

  it('makes another one for the next attempt', async () => {
    const first = await activities.createVolumeFromSnapshot(input);
    const second = await activities.createVolumeFromSnapshot({ ...input, attempt: 2 });
    expect(second.volumeId).not.toBe(first.volumeId);
  });

  it('returns the failed volume of its attempt instead of trying the burned token', async () => {
    ec2.behaviour.created = 'error';
    await activities.createVolumeFromSnapshot(input);
    expect(await activities.createVolumeFromSnapshot(input)).toMatchObject({ state: 'error', alreadyThere: true });
  });

  it('says that the token is burned when the volume of the attempt has vanished', async () => {
    const { volumeId } = await activities.createVolumeFromSnapshot(input);
    ec2.volumes.delete(volumeId);
    await expect(activities.createVolumeFromSnapshot(input)).rejects.toMatchObject({ code: 'client-token-burned' });
  });

  it('stops when one attempt has two volumes', async () => {
    const { volumeId } = await activities.createVolumeFromSnapshot(input);
    ec2.addVolume({ tags: ec2.volumes.get(volumeId)?.tags ?? {} });
    await expect(activities.createVolumeFromSnapshot(input)).rejects.toMatchObject({ code: 'volume-duplicated' });
  });
});

describe('waiting for a volume', () => {
  const wait = (volumeId: string, limitSeconds = 300) =>
    activities.waitVolumeAvailable({ region: 'us-east-1', volumeId, limitSeconds });
  const becomes = (volumeId: string, state: 'available' | 'error' | 'gone', afterMs: number) => {
    pace.onSleep = (elapsed) => {
      const volume = ec2.volumes.get(volumeId);
      if (elapsed < afterMs || volume === undefined) return;
      if (state === 'gone') ec2.volumes.delete(volumeId);
      else ec2.volumes.set(volumeId, { ...volume, state });
    };
  };

  it('ends when the volume is available', async () => {
    const { volumeId } = ec2.addVolume({ state: 'creating' });
    becomes(volumeId, 'available', 40_000);
    expect(await wait(volumeId)).toMatchObject({ outcome: 'available', volume: { volumeId, state: 'available' } });
    expect(pace.reports.at(-1)).toMatch(/is creating after \d+ s$/);
  });

  it('answers `failed` when the volume ends in error: the next attempt is not its decision', async () => {
    const { volumeId } = ec2.addVolume({ state: 'creating' });
    becomes(volumeId, 'error', 5_000);
    expect(await wait(volumeId)).toMatchObject({ outcome: 'failed', state: 'error' });
  });

  it('answers `failed` when the volume disappears, as with an unusable key', async () => {
    const { volumeId } = ec2.addVolume({ state: 'creating' });
    becomes(volumeId, 'gone', 5_000);
    expect(await wait(volumeId)).toMatchObject({ outcome: 'failed', state: 'missing' });
  });

  it('is patient with a new volume that the lists do not show yet', async () => {
    const { volumeId } = ec2.addVolume({});
    ec2.behaviour.hidden = () => pace.now() < Date.parse('2026-01-01T00:00:10Z');
    expect(await wait(volumeId)).toMatchObject({ outcome: 'available' });
  });

  it('throws `not-yet` within its limit', async () => {
    const { volumeId } = ec2.addVolume({ state: 'creating' });
    const began = pace.now();
    await expect(wait(volumeId, 60)).rejects.toMatchObject({ code: 'not-yet', details: { state: 'creating' } });
    expect(pace.now() - began).toBeLessThanOrEqual(60_000);
  });

  it('ends when it is cancelled', async () => {
    const { volumeId } = ec2.addVolume({ state: 'creating' });
    pace.onSleep = (elapsed) => elapsed > 2_000 && pace.controller.abort();
    await expect(wait(volumeId)).rejects.toThrow(/abort/i);
  });
});

describe('deleting what a recovery made', () => {
  const remove = (over: { volumeId?: string | null; recoveryId?: string; attempt?: number } = {}) =>
    activities.deleteRecoveryVolume({ ...recovery, pvName: 'pvc-1', volumeId: null, ...over });

  it('deletes every volume of the recovery for the PersistentVolume, and none of another recovery', async () => {
    const first = await activities.createVolumeFromSnapshot(input);
    const second = await activities.createVolumeFromSnapshot({ ...input, attempt: 2 });
    const other = await activities.createVolumeFromSnapshot({ ...input, recoveryId: 'recovery-2' });
    expect((await remove()).deleted.toSorted()).toEqual([first.volumeId, second.volumeId].sort());
    expect([...ec2.volumes.keys()]).toEqual([other.volumeId]);
  });

  it('deletes the volume of one attempt alone when it is named', async () => {
    const first = await activities.createVolumeFromSnapshot(input);
    await activities.createVolumeFromSnapshot({ ...input, attempt: 2 });
    expect(await remove({ attempt: 1 })).toEqual({ deleted: [first.volumeId], alreadyGone: [] });
  });

  it('refuses a volume without this recovery’s tag and leaves it', async () => {
    const { volumeId } = ec2.addVolume({ tags: { 'rekindle.io/recovery': 'another' } });
    await expect(remove({ volumeId })).rejects.toMatchObject({ code: 'volume-not-ours', retryable: false });
    expect(ec2.volumes.has(volumeId)).toBe(true);
  });

  it('asks for a repeat while the volume is attached', async () => {
    const { volumeId } = await activities.createVolumeFromSnapshot(input);
    const made = ec2.volumes.get(volumeId);
    if (made === undefined) throw new Error('not made');
    const attachment = { instanceId: 'i-1', device: '/dev/xvdba', state: 'detaching', attachedAt: null } as const;
    ec2.volumes.set(volumeId, { ...made, state: 'in-use', attachments: [attachment] });
    await expect(remove({ volumeId })).rejects.toMatchObject({ code: 'volume-attached', retryable: true });
  });

  it('is done when the volume is gone, or when there never was one', async () => {
    expect(await remove({ volumeId: 'vol-0000000000000dead' })).toEqual({
      deleted: [],
      alreadyGone: ['vol-0000000000000dead'],
    });
    expect(await remove()).toEqual({ deleted: [], alreadyGone: [] });
  });

  it('looks again before it says that there is none, because a new volume may not be listed yet', async () => {
    const { volumeId } = await activities.createVolumeFromSnapshot(input);
    ec2.behaviour.hidden = () => pace.now() < Date.parse('2026-01-01T00:00:01Z');
    expect(await remove()).toEqual({ deleted: [volumeId], alreadyGone: [] });
  });
});
