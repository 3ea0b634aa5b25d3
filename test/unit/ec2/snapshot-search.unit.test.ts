import { describe, expect, it } from 'vitest';
import type { Ec2Snapshot } from '../../../activities/ec2/port.ts';
import { snapshotCandidates, snapshotQueries } from '../../../activities/ec2/snapshot-search.ts';
import type { SnapshotSearch } from '../../../activities/ec2/types.ts';

const search: SnapshotSearch = {
  region: 'us-east-1',
  volumeId: 'vol-0123456789abcdef0',
  pvName: 'pvc-1',
  claim: { namespace: 'production', name: 'data-db-0' },
};
const ofClaim = {
  'kubernetes.io/created-for/pvc/namespace': 'production',
  'kubernetes.io/created-for/pvc/name': 'data-db-0',
};

function snapshot(snapshotId: string, over: Partial<Ec2Snapshot> = {}): Ec2Snapshot {
  return {
    snapshotId,
    state: 'completed',
    progressPercent: 100,
    ownerAccountId: '123456789012',
    startedAt: '2026-01-01T00:00:00.000Z',
    completedAt: null,
    volumeId: 'vol-other',
    sizeGiB: 10,
    encrypted: false,
    kmsKeyId: null,
    description: '',
    tags: {},
    storageTier: 'standard',
    ...over,
  };
}

function matchesOf(over: Partial<Ec2Snapshot>, by: Partial<SnapshotSearch> = {}): readonly string[] | undefined {
  return snapshotCandidates([snapshot('snap-1', over)], { ...search, ...by }).candidates[0]?.matches;
}

describe('what is asked of EC2', () => {
  it('asks by volume, by the tags of the claim and by the name of the PersistentVolume, among own snapshots', () => {
    expect(snapshotQueries(search)).toEqual([
      { owner: 'self', filters: { 'volume-id': ['vol-0123456789abcdef0'] } },
      {
        owner: 'self',
        filters: {
          'tag:kubernetes.io/created-for/pvc/namespace': ['production'],
          'tag:kubernetes.io/created-for/pvc/name': ['data-db-0'],
        },
      },
      { owner: 'self', filters: { 'tag-value': ['pvc-1'] } },
    ]);
  });

  it('asks for a named snapshot whoever owns it, so that a foreign one is told and not just missing', () => {
    const query = { owner: 'anyone', filters: { 'snapshot-id': ['snap-9', 'snap-8'] } };
    expect(snapshotQueries({ ...search, snapshotId: 'snap-9', snapshotHandles: ['snap-8', 'snap-9'] })).toContainEqual(
      query,
    );
  });

  it('takes the volume id out of an in-tree handle and ignores the handle of another driver', () => {
    const by = (volumeId: string) => snapshotQueries({ region: 'us-east-1', volumeId });
    expect(by('aws://us-east-1a/vol-0123456789abcdef0')).toEqual([
      { owner: 'self', filters: { 'volume-id': ['vol-0123456789abcdef0'] } },
    ]);
    expect(by('0001-0009-rook-ceph-0000000000000001')).toEqual([]);
  });

  it('splits handles at the 200 values that one filter takes', () => {
    const snapshotHandles = Array.from({ length: 450 }, (_, index) => `snap-${index}`);
    const sizes = snapshotQueries({ region: 'us-east-1', snapshotHandles }).map(
      ({ filters }) => filters['snapshot-id']?.length,
    );
    expect(sizes).toEqual([200, 200, 50]);
  });
});

describe('why a snapshot may belong to the claim', () => {
  it.each<[string, Partial<Ec2Snapshot>, string[]]>([
    ['of the volume', { volumeId: 'vol-0123456789abcdef0' }, ['volume-id']],
    ['tagged for the claim', { tags: ofClaim }, ['created-for-claim']],
    ['tagged for the PersistentVolume', { tags: { 'kubernetes.io/created-for/pv/name': 'pvc-1' } }, ['created-for-pv']],
    ['with the CSI volume name copied from the volume', { tags: { CSIVolumeName: 'pvc-1' } }, ['created-for-pv']],
    ['made by Velero', { tags: { 'velero.io/pv': 'pvc-1', 'velero.io/backup': 'daily' } }, ['velero-pv']],
    [
      'for several reasons',
      { volumeId: 'vol-0123456789abcdef0', tags: { ...ofClaim, 'velero.io/pv': 'pvc-1' } },
      ['volume-id', 'created-for-claim', 'velero-pv'],
    ],
  ])('finds one %s', (_what, over, matches) => {
    expect(matchesOf(over)).toEqual(matches);
  });

  it.each<[string, Partial<Ec2Snapshot>]>([
    [
      'of a claim of the same name in another namespace',
      { tags: { ...ofClaim, 'kubernetes.io/created-for/pvc/namespace': 'staging' } },
    ],
    ['that carries the name of the volume under an unrelated tag', { tags: { note: 'pvc-1' } }],
    ['of another volume', { volumeId: 'vol-0fedcba9876543210' }],
  ])('leaves out one %s', (_what, over) => {
    expect(matchesOf(over)).toBeUndefined();
  });

  it('knows one by the handle of the CSI snapshot and by its name', () => {
    expect(matchesOf({}, { snapshotHandles: ['snap-1'], snapshotId: 'snap-1' })).toEqual([
      'named',
      'csi-snapshot-handle',
    ]);
  });
});

describe('candidates', () => {
  const own = { volumeId: 'vol-0123456789abcdef0' };

  it('come newest first, once each, in every state', () => {
    const found = [
      snapshot('snap-old', { ...own, startedAt: '2026-01-01T00:00:00.000Z' }),
      snapshot('snap-new', { ...own, startedAt: '2026-01-03T00:00:00.000Z', state: 'error' }),
      snapshot('snap-b', { ...own, startedAt: '2026-01-02T00:00:00.000Z' }),
      snapshot('snap-a', { ...own, startedAt: '2026-01-02T00:00:00.000Z' }),
      snapshot('snap-old', { ...own, startedAt: '2026-01-01T00:00:00.000Z' }),
    ];
    const ids = snapshotCandidates(found, search).candidates.map((candidate) => candidate.snapshotId);
    expect(ids).toEqual(['snap-new', 'snap-a', 'snap-b', 'snap-old']);
  });

  it('tell the clusters and the Velero backup that their tags name', () => {
    const tags = { 'kubernetes.io/cluster/prod': 'owned', KubernetesCluster: 'legacy', 'velero.io/backup': 'daily-1' };
    expect(snapshotCandidates([snapshot('snap-1', { ...own, tags })], search).candidates[0]).toMatchObject({
      clusters: ['legacy', 'prod'],
      veleroBackup: 'daily-1',
      region: 'us-east-1',
    });
  });

  it('list the named ids that EC2 does not know', () => {
    const by = { ...search, snapshotId: 'snap-gone', snapshotHandles: ['snap-1'] };
    expect(snapshotCandidates([snapshot('snap-1')], by).missing).toEqual(['snap-gone']);
  });
});
