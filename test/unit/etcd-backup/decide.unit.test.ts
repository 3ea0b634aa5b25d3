import { describe, expect, it } from 'vitest';
import { keysToPrune } from '../../../activities/etcd/retention.ts';
import { type BackupFacts, decide } from '../../../workflows/etcd-backup/decide.ts';
import { controlPlane, etcdOf, hostOf, names, record, settings } from '../etcd/members-world.ts';

const now = Date.parse('2026-01-02T00:00:00.000Z');

function verdict(change: Partial<BackupFacts> = {}, force = false) {
  const facts: BackupFacts = {
    controlPlane,
    hosts: names.map((name) => ({ host: `host-${name}`, facts: hostOf(name) })),
    etcd: etcdOf(),
    snapshots: { records: [], unusable: [] },
    ...change,
  };
  return decide({ input: { cluster: 'prod', dryRun: false, approval: 'automatic', force }, settings }, facts, now);
}

describe('the member to be saved', () => {
  it('is a healthy one that does not lead', () => {
    expect(verdict()).toMatchObject({ kind: 'proceed', work: { host: 'host-two' } });
  });

  it('is not one whose data differs from the majority', () => {
    expect(verdict({ etcd: etcdOf([], { two: 8 }) })).toMatchObject({ kind: 'proceed', work: { host: 'host-three' } });
  });

  it('is none when the quorum is lost', () => {
    expect(verdict({ etcd: etcdOf(['one', 'two']) })).toMatchObject({ kind: 'refuse', code: 'no-healthy-member' });
  });
});

it('refuses a snapshot that would be behind the newest of the same cluster, unless forced', () => {
  const snapshots = { records: [{ ...record, revision: 101 }], unusable: [] };
  expect(verdict({ snapshots })).toMatchObject({ kind: 'refuse', code: 'snapshot-would-be-worse' });
  expect(verdict({ snapshots }, true).kind).toBe('proceed');
});

describe('retention', () => {
  const taken = (days: number) => ({ key: `${days}`, takenAt: new Date(now - days * 86_400_000).toISOString() });

  it('removes what is both too old and not among the newest', () => {
    expect(keysToPrune([taken(1), taken(40), taken(50), taken(60)], 2, 30, now)).toEqual(['50', '60']);
    expect(keysToPrune([taken(1), taken(2), taken(3)], 1, 30, now)).toEqual([]);
  });

  it('never removes the newest, however old', () => {
    expect(keysToPrune([taken(400)], 1, 30, now)).toEqual([]);
  });
});
