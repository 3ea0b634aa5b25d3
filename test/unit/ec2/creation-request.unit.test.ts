import { describe, expect, it } from 'vitest';
import { volumeClientToken } from '../../../activities/ec2/client-token.ts';
import { volumeRequest } from '../../../activities/ec2/creation-request.ts';
import type { CreateVolumeInput } from '../../../activities/ec2/types.ts';

const input: CreateVolumeInput = {
  region: 'us-east-1',
  recoveryId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  workflowId: 'volume-rebind/prod/production/data-db-0',
  attempt: 1,
  pvName: 'pvc-6f1c',
  snapshotId: 'snap-0abc',
  zone: 'us-east-1b',
  sizeGiB: 20,
  type: 'gp3',
  iops: 4000,
  throughputMiBps: 250,
  encrypted: true,
  kmsKeyId: 'arn:key',
  initializationRateMiBps: 200,
  name: 'production/data-db-0',
};

describe('client token of a creation', () => {
  it('is the same for each try of an attempt, in at most 64 ASCII characters', () => {
    const token = volumeClientToken(input.recoveryId, 'pvc-'.padEnd(253, 'x'), 1);
    expect(token).toBe(volumeClientToken(input.recoveryId, 'pvc-'.padEnd(253, 'x'), 1));
    expect(token).toMatch(/^[\x21-\x7e]{1,64}$/);
  });

  it('differs by recovery, by volume and by attempt', () => {
    const tokens = [
      volumeClientToken('r1', 'pv', 1),
      volumeClientToken('r2', 'pv', 1),
      volumeClientToken('r1', 'pw', 1),
      volumeClientToken('r1', 'pv', 2),
      volumeClientToken('r1', 'pv1', 1),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

describe('request of a creation', () => {
  it.each([
    ['gp3', 4000, 250],
    ['io2', 4000, null],
    ['io1', 4000, null],
    ['gp2', null, null],
    ['st1', null, null],
  ])('asks for the performance that %s takes', (type, iops, throughputMiBps) => {
    expect(volumeRequest({ ...input, type })).toMatchObject({ type, iops, throughputMiBps });
  });

  it('names a key only together with encryption', () => {
    expect(volumeRequest({ ...input, encrypted: false }).kmsKeyId).toBeNull();
    expect(volumeRequest(input).kmsKeyId).toBe('arn:key');
  });

  it('carries the marks of the recovery and of the CSI driver over whatever the old tags said', () => {
    const old = { 'rekindle.io/recovery': 'another', 'ebs.csi.aws.com/cluster': 'false', Name: 'old', team: 'data' };
    expect(volumeRequest({ ...input, tags: old }).tags).toEqual({
      team: 'data',
      'rekindle.io/recovery': input.recoveryId,
      'rekindle.io/pv': 'pvc-6f1c',
      'rekindle.io/attempt': '1',
      'rekindle.io/workflow-id': input.workflowId,
      'ebs.csi.aws.com/cluster': 'true',
      Name: 'production/data-db-0',
    });
  });

  it.each(['CSIVolumeName', 'CSIVolumeSnapshotName', 'aws:backup:source', 'AWS:x', 'velero.io/backup', 'dlm:managed'])(
    'does not copy the misleading tag %s',
    (key) => {
      expect(volumeRequest({ ...input, tags: { [key]: 'x' } }).tags).not.toHaveProperty(key);
    },
  );

  it('stays within the 50 tags of EC2 without losing one of ours', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`tag-${index}`, 'x']));
    const { tags } = volumeRequest({ ...input, tags: many });
    expect(Object.keys(tags)).toHaveLength(50);
    expect(tags['rekindle.io/recovery']).toBe(input.recoveryId);
  });

  it('shortens what EC2 would refuse, and keeps two long names apart', () => {
    const named = (last: string) =>
      volumeRequest({ ...input, workflowId: 'w'.repeat(300) + last }).tags['rekindle.io/workflow-id'];
    expect(named('a')).toHaveLength(256);
    expect(named('a')).not.toBe(named('b'));
  });
});
