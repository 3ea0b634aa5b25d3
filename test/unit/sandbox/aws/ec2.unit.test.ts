import { describe, expect, it } from 'vitest';
import { filterTest, wildcard } from '../../../../sandbox/aws/ec2/filters.ts';
import { type Snapshot, snapshotProgress, snapshotState } from '../../../../sandbox/aws/ec2/snapshot.ts';
import { type Volume, volumeState, volumeXml } from '../../../../sandbox/aws/ec2/volume.ts';
import { readVolumeRequest } from '../../../../sandbox/aws/ec2/volume-request.ts';
import { AwsFailure } from '../../../../sandbox/aws/wire/failure.ts';
import { QueryParameters } from '../../../../sandbox/aws/wire/query.ts';

const volume: Volume = {
  id: 'vol-1',
  zone: 'us-east-1a',
  size: 1,
  type: 'gp3',
  encrypted: false,
  multiAttach: false,
  snapshotId: '',
  createTime: 0,
  readyAt: 100,
  dataReady: true,
  failing: false,
  attachments: [],
  tags: {},
};
const attachment = {
  instanceId: 'i-1',
  device: '/dev/xvdf',
  attachTime: 200,
  attachedAt: 250,
  deleteOnTermination: false,
};

const snapshot: Snapshot = {
  id: 'snap-1',
  volumeId: 'vol-1',
  ownerId: '123456789012',
  description: '',
  volumeSize: 4,
  encrypted: false,
  startTime: 0,
  completesAt: 100,
  dataReady: true,
  tags: {},
  public: false,
  sharedWith: [],
};

describe('the state of a volume', () => {
  it.each<[string, Partial<Volume>, number, string]>([
    ['is creating before its time', {}, 99, 'creating'],
    ['is creating while its data is copied', { dataReady: false }, 500, 'creating'],
    ['is available from its time on', {}, 100, 'available'],
    ['is error for one that fails', { failing: true }, 100, 'error'],
    ['is in-use while it is attached', { attachments: [attachment] }, 300, 'in-use'],
    ['is in-use while it is detached', { attachments: [{ ...attachment, detachedAt: 400 }] }, 399, 'in-use'],
    ['is available after it was detached', { attachments: [{ ...attachment, detachedAt: 400 }] }, 400, 'available'],
  ])('%s', (_what, changes, now, expected) => {
    expect(volumeState({ ...volume, ...changes }, now)).toBe(expected);
  });

  it('is written with its attachments', () => {
    const xml = volumeXml({ ...volume, attachments: [attachment] }, 220);
    expect(xml).toMatchObject({ status: 'in-use', attachmentSet: [{ instanceId: 'i-1', status: 'attaching' }] });
  });
});

describe('the state of a snapshot', () => {
  it('is pending with progress, then completed', () => {
    expect([snapshotState(snapshot, 40), snapshotProgress(snapshot, 40)]).toEqual(['pending', '40%']);
    expect([snapshotState(snapshot, 100), snapshotProgress(snapshot, 100)]).toEqual(['completed', '100%']);
    expect(snapshotProgress({ ...snapshot, dataReady: false }, 900)).toBe('99%');
  });
});

describe('a CreateVolume request', () => {
  const facts = {
    zones: [{ name: 'us-east-1a', id: 'use1-az1' }],
    snapshot: (id: string) => (id === 'snap-1' ? snapshot : undefined),
    now: 1_000,
  };
  const read = (given: Record<string, string>) =>
    readVolumeRequest(new QueryParameters(Object.entries({ AvailabilityZone: 'us-east-1a', ...given })), facts);
  const refusal = (given: Record<string, string>): string => {
    try {
      read(given);
      return 'accepted';
    } catch (error) {
      return error instanceof AwsFailure ? error.code : String(error);
    }
  };

  it.each<[Record<string, string>, object]>([
    [{ Size: '10' }, { type: 'gp2', iops: 100 }],
    [{ Size: '100' }, { type: 'gp2', iops: 300 }],
    [
      { Size: '1', VolumeType: 'gp3' },
      { iops: 3000, throughput: 125 },
    ],
    [
      { Size: '20', VolumeType: 'gp3', Iops: '10000', Throughput: '1000' },
      { iops: 10_000, throughput: 1_000 },
    ],
    [{ SnapshotId: 'snap-1' }, { size: 4, snapshotId: 'snap-1' }],
    [{ SnapshotId: 'snap-1', VolumeInitializationRate: '300' }, { initializationRate: 300 }],
  ])('%j gives %j', (given, expected) => {
    expect(read(given)).toMatchObject(expected);
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'MissingParameter'],
    [{ Size: '1', AvailabilityZone: 'eu-west-1a' }, 'InvalidZone.NotFound'],
    [{ Size: '0' }, 'InvalidParameterValue'],
    [{ Size: '16385' }, 'InvalidParameterValue'],
    [{ Size: '3', SnapshotId: 'snap-1' }, 'InvalidParameterValue'],
    [{ Size: '1', SnapshotId: 'other' }, 'InvalidParameterValue'],
    [{ Size: '1', SnapshotId: 'snap-2' }, 'InvalidSnapshot.NotFound'],
    [{ Size: '10', VolumeType: 'gp3', Iops: '5001' }, 'InvalidParameterValue'],
    [{ Size: '10', VolumeType: 'gp3', Throughput: '751' }, 'InvalidParameterValue'],
    [{ Size: '10', VolumeType: 'io1' }, 'MissingParameter'],
    [{ Size: '10', Iops: '3000' }, 'InvalidParameterCombination'],
    [{ Size: '10', KmsKeyId: 'k' }, 'InvalidParameterDependency'],
    [{ Size: '10', VolumeInitializationRate: '100' }, 'InvalidParameterCombination'],
    [{ SnapshotId: 'snap-1', VolumeInitializationRate: '99' }, 'InvalidParameterValue'],
    [{ Size: '1', 'TagSpecification.1.ResourceType': 'snapshot' }, 'InvalidParameterValue'],
    [
      {
        Size: '1',
        'TagSpecification.1.ResourceType': 'volume',
        'TagSpecification.1.Tag.1.Key': 'aws:x',
        'TagSpecification.1.Tag.1.Value': 'y',
      },
      'InvalidParameterValue',
    ],
  ])('%j is refused with %s', (given, expected) => {
    expect(refusal(given)).toBe(expected);
  });
});

describe('filters', () => {
  const resource = { tags: { team: 'blue', 'a/b': 'x' }, values: { size: () => [10], status: () => ['available'] } };
  const passes = (...filters: [string, ...string[]][]) =>
    filterTest(
      filters.map(([name, ...values]) => ({ name, values })),
      ['size', 'status'],
    )(resource);

  it('take values as alternatives and filters as conditions', () => {
    expect(passes(['status', 'creating', 'available'], ['size', '10'])).toBe(true);
    expect(passes(['status', 'available'], ['size', '11'])).toBe(false);
  });

  it('look at tags by key, by value and by both', () => {
    expect(passes(['tag:team', 'blue'])).toBe(true);
    expect(passes(['tag:team', 'red'])).toBe(false);
    expect(passes(['tag:absent', '*'])).toBe(false);
    expect(passes(['tag-key', 'a/*'])).toBe(true);
    expect(passes(['tag-value', 'x'])).toBe(true);
  });

  it('take * and ? as wildcards, unless a backslash stands before them', () => {
    expect(wildcard('snap-?1*').test('snap-011')).toBe(true);
    expect(wildcard('a.c').test('abc')).toBe(false);
    expect(wildcard('a\\*').test('ab')).toBe(false);
    expect(wildcard('a\\*').test('a*')).toBe(true);
  });

  it('refuse a name that the resource does not know', () => {
    expect(() => passes(['colour', 'red'])).toThrow(/'colour' is invalid/);
  });
});
