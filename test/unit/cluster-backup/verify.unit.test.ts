import { describe, expect, it } from 'vitest';
import type { BackupOutcome, SavedVolume } from '../../../activities/backups/types.ts';
import { goneSince, notHeld } from '../../../workflows/cluster-backup/gone-claims.ts';
import { snapshotsOf } from '../../../workflows/cluster-backup/settled-snapshots.ts';
import { verify } from '../../../workflows/cluster-backup/verify.ts';
import type { BackupMemory, BackupWork, ClaimRoute } from '../../../workflows/cluster-backup/work.ts';
import { claim } from './facts.ts';

const route = (name: string): ClaimRoute => ({ namespace: 'production', name, route: 'native-snapshot', why: null });
const saved = (name: string, handle: string | null): SavedVolume => ({
  namespace: 'production',
  claim: name,
  volume: `pv-${name}`,
  method: 'native-snapshot',
  handle,
  succeeded: true,
  reason: null,
});

const claims = [route('data'), route('scratch')];
const outcome = { backup: { name: 'nightly' }, volumes: [saved('data', 'snap-1')] } as unknown as BackupOutcome;

async function evidence(changes: Partial<BackupMemory>) {
  const memory: BackupMemory = { attempt: 1, outcome, completedSnapshots: ['snap-1'], gone: [], ...changes };
  const [, protectedClaims] = verify({ claims } as unknown as BackupWork, memory);
  return protectedClaims?.run();
}

describe('a claim of the plan that the backup has nothing of', () => {
  it('is unprotected while it is there', async () => {
    expect(notHeld(claims, outcome.volumes)).toEqual([route('scratch')]);
    expect(goneSince(claims, outcome.volumes, { claims: [claim('data'), claim('scratch')] })).toEqual([]);
    expect(await evidence({})).toMatchObject({
      outcome: 'disproved',
      detail: expect.stringMatching(/^1 of 2 claims are unprotected: scratch/),
    });
  });

  it('leaves nothing unprotected once it was deleted, and is named', async () => {
    const gone = goneSince(claims, outcome.volumes, { claims: [claim('data')] });
    expect(gone).toEqual(['production/scratch']);
    expect(await evidence({ gone })).toMatchObject({
      outcome: 'proved',
      detail: '1 claims saved: snap-1; deleted since the plan: scratch',
    });
  });

  it('is one whose snapshot EC2 does not have as completed, also when it was deleted', async () => {
    const gone = goneSince(claims, outcome.volumes, { claims: [] });
    expect(gone).toEqual(['production/scratch']);
    expect(await evidence({ gone, completedSnapshots: [] })).toMatchObject({ outcome: 'disproved' });
  });
});

it('snapshots of EC2 are asked for once each, and no other handle', () => {
  const volumes = [
    saved('b', 'snap-2'),
    saved('a', 'snap-1'),
    saved('c', 'snap-2'),
    saved('d', 'ceph-1'),
    saved('e', null),
  ];
  expect(snapshotsOf(volumes)).toEqual(['snap-1', 'snap-2']);
});
