import { describe, expect, it } from 'vitest';
import type { SnapshotCandidate } from '../../../activities/ec2/types.ts';
import { chooseSnapshot, type SnapshotContext } from '../../../workflows/volume-rebind/choose-snapshot.ts';

const vantage = { accountId: '111122223333', region: 'us-east-1' };
const generated = 'pvc-0a1b2c3d-0000-4000-8000-0123456789ab';

function candidate(snapshotId: string, change: Partial<SnapshotCandidate> = {}): SnapshotCandidate {
  return {
    snapshotId,
    state: 'completed',
    progressPercent: 100,
    ownerAccountId: vantage.accountId,
    region: vantage.region,
    startedAt: '2026-01-01T00:00:00Z',
    completedAt: '2026-01-01T00:01:00Z',
    volumeId: 'vol-1',
    sizeGiB: 10,
    encrypted: false,
    kmsKeyId: null,
    description: '',
    tags: {},
    storageTier: 'standard',
    clusters: [],
    veleroBackup: null,
    matches: ['volume-id'],
    ...change,
  };
}

function choose(
  candidates: readonly SnapshotCandidate[],
  context: Partial<SnapshotContext> = {},
  missing: readonly string[] = [],
) {
  const whole = { claim: 'production/data-db-0', snapshotId: null, clusterNames: ['prod'], ...context };
  const choice = chooseSnapshot({ candidates, vantage, missing }, whole);
  return choice.kind === 'chosen' ? choice.snapshot.snapshotId : choice.code;
}

const tagged = { matches: ['created-for-claim'] } as const;

describe('the snapshot is', () => {
  it.each<[string, readonly SnapshotCandidate[], string]>([
    [
      'the newest completed one of the volume',
      [candidate('old'), candidate('new', { startedAt: '2026-01-02T00:00:00Z' })],
      'new',
    ],
    [
      'the newest completed one although a newer one is pending',
      [candidate('done'), candidate('pending', { state: 'pending', startedAt: '2026-01-03T00:00:00Z' })],
      'done',
    ],
    [
      'a newer copy with the name of our cluster in its tags rather than an older one of the volume',
      [candidate('old'), candidate('copy', { ...tagged, clusters: ['prod'], startedAt: '2026-01-02T00:00:00Z' })],
      'copy',
    ],
    [
      'the one of our cluster rather than a newer one of another',
      [
        candidate('ours', { ...tagged, clusters: ['prod'] }),
        candidate('theirs', { ...tagged, clusters: ['staging'], startedAt: '2026-01-02T00:00:00Z' }),
      ],
      'ours',
    ],
    [
      'of our cluster by the name that a snapshot of the very volume tells',
      [
        candidate('exact', { clusters: ['eks-7'] }),
        candidate('copy', { ...tagged, clusters: ['eks-7'], startedAt: '2026-01-02T00:00:00Z' }),
      ],
      'copy',
    ],
    [
      'known by the generated name of the volume object alone',
      [candidate('velero', { matches: ['velero-pv'], tags: { 'velero.io/pv': generated } })],
      'velero',
    ],
    ['the only one, where no tag names a cluster', [candidate('only', tagged)], 'only'],
    ['refused when there is none', [], 'no-snapshot'],
    ['refused when the only one is pending', [candidate('pending', { state: 'pending' })], 'snapshot-not-completed'],
    ['refused when the only one failed', [candidate('failed', { state: 'error' })], 'snapshot-not-completed'],
    ['refused when the only one is archived', [candidate('cold', { storageTier: 'archive' })], 'snapshot-archived'],
    [
      'refused when the only one belongs to another account',
      [candidate('foreign', { ownerAccountId: '999988887777' })],
      'snapshot-foreign-account',
    ],
    [
      'refused when equally good ones are of different clusters',
      [candidate('north', { ...tagged, clusters: ['north'] }), candidate('south', { ...tagged, clusters: ['south'] })],
      'snapshot-ambiguous',
    ],
    [
      'refused when one tells no cluster and the other tells a foreign one',
      [candidate('bare', tagged), candidate('south', { ...tagged, clusters: ['south'] })],
      'snapshot-ambiguous',
    ],
    [
      'refused when it is known by the name of the claim alone and names another cluster',
      [candidate('theirs', { ...tagged, clusters: ['staging'] })],
      'snapshot-foreign-cluster',
    ],
  ])('%s', (_title, candidates, expected) => {
    expect(choose(candidates)).toBe(expected);
  });

  it('the one that the operator named, however old', () => {
    const candidates = [
      candidate('new'),
      candidate('named', { startedAt: '2020-01-01T00:00:00Z', matches: ['named'] }),
    ];
    expect(choose(candidates, { snapshotId: 'named' })).toBe('named');
  });

  it('warned of when nothing but the operator speaks for it', () => {
    const choice = chooseSnapshot(
      { candidates: [candidate('named', { matches: ['named'] })], vantage, missing: [] },
      { claim: 'production/data', snapshotId: 'named', clusterNames: [] },
    );
    expect(choice).toMatchObject({ kind: 'chosen', warning: expect.stringContaining('operator') });
  });

  it('refused when the named one is unknown, foreign or not completed', () => {
    const named = { snapshotId: 'named' };
    expect(choose([], named, ['named'])).toBe('snapshot-unknown');
    expect(choose([candidate('named', { ownerAccountId: '999988887777' })], named)).toBe('snapshot-foreign-account');
    expect(choose([candidate('named', { state: 'pending' })], named)).toBe('snapshot-not-completed');
  });
});
