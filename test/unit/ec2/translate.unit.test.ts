import type { VolumeStatusItem } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { initializationOf, literalFilterValue, snapshotOf, volumeOf } from '../../../activities/ec2/translate.ts';

describe('what EC2 describes', () => {
  it('becomes a volume with its shape, attachments and tags', () => {
    const volume = volumeOf({
      VolumeId: 'vol-1',
      State: 'in-use',
      VolumeType: 'gp3',
      Iops: 4000,
      Throughput: 250,
      Size: 20,
      Encrypted: true,
      KmsKeyId: 'arn:key',
      AvailabilityZone: 'us-east-1a',
      SnapshotId: 'snap-1',
      CreateTime: new Date('2026-01-02T03:04:05Z'),
      Attachments: [{ InstanceId: 'i-1', Device: '/dev/xvdba', State: 'attached', AttachTime: new Date(0) }],
      Tags: [{ Key: 'a', Value: 'b' }, { Key: 'empty' }],
    });
    expect(volume).toEqual({
      volumeId: 'vol-1',
      state: 'in-use',
      shape: { type: 'gp3', iops: 4000, throughputMiBps: 250, sizeGiB: 20, encrypted: true, kmsKeyId: 'arn:key' },
      zone: 'us-east-1a',
      createdAt: '2026-01-02T03:04:05.000Z',
      sourceSnapshotId: 'snap-1',
      attachments: [
        { instanceId: 'i-1', device: '/dev/xvdba', state: 'attached', attachedAt: '1970-01-01T00:00:00.000Z' },
      ],
      tags: { a: 'b', empty: '' },
    });
  });

  it('says null, not empty text, for a volume that came from no snapshot', () => {
    expect(volumeOf({ VolumeId: 'vol-1', SnapshotId: '' }).sourceSnapshotId).toBeNull();
  });

  it.each([
    ['a state that EC2 may add', volumeOf({ State: 'hibernating' as 'error' }).state],
    ['no state', volumeOf({}).state],
    ['a new state of a snapshot', snapshotOf({ State: 'resting' as 'error' }).state],
    ['a new storage tier', snapshotOf({ StorageTier: 'deep' as 'archive' }).storageTier],
  ])('is unknown for %s', (_what, word) => {
    expect(word).toBe('unknown');
  });

  it.each([
    ['100%', 100],
    ['7%', 7],
    ['', null],
    [undefined, null],
    ['soon', null],
  ])('reads the progress %s of a snapshot as %s', (Progress, percent) => {
    expect(snapshotOf({ ...(Progress === undefined ? {} : { Progress }) }).progressPercent).toBe(percent);
  });
});

describe('initialization of a volume', () => {
  const detail = (Status: string): VolumeStatusItem => ({
    VolumeStatus: { Details: [{ Name: 'initialization-state', Status }] },
  });

  it.each<[string, VolumeStatusItem | undefined, string, number | null]>([
    ['no answer', undefined, 'unknown', null],
    ['an answer without the detail', { VolumeStatus: { Status: 'ok' } }, 'unknown', null],
    ['not applicable', detail('not-applicable'), 'unknown', null],
    ['initializing', detail('initializing'), 'initializing', null],
    ['completed', detail('completed'), 'initialized', 100],
    ['a progress', { InitializationStatusDetails: { Progress: 42 } }, 'initializing', 42],
    ['the full progress', { InitializationStatusDetails: { Progress: 100 } }, 'initialized', 100],
  ])('is told from %s', (_what, item, state, progressPercent) => {
    expect(initializationOf(item)).toEqual({ state, progressPercent });
  });
});

it('keeps wildcards of EC2 filters literal', () => {
  expect(literalFilterValue('a*b?c\\d')).toBe('a\\*b\\?c\\\\d');
});
