import { describe, expect, it } from 'vitest';
import { keysToPrune } from '../../../activities/etcd/retention.ts';
import { recordKey, snapshotKey, storedSnapshots } from '../../../activities/etcd/snapshot-record.ts';
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
  const key = (days: number) =>
    snapshotKey('prod', new Date(now - days * 86_400_000).toISOString(), `r${days}-aaaaaaa`);
  const stored = (...days: number[]) => storedSnapshots(days.flatMap((day) => [key(day), recordKey(key(day))]));

  it('removes what is both too old and not among the newest', () => {
    expect(keysToPrune(stored(60, 1, 40, 50), 2, 30, now)).toEqual([key(50), key(60)]);
    expect(keysToPrune(stored(1, 2, 3), 1, 30, now)).toEqual([]);
  });

  it('sees every snapshot, however many there are', () => {
    const days = Array.from({ length: 200 }, (_unused, index) => index + 1);
    expect(keysToPrune(stored(...days), 30, 30, now)).toHaveLength(170);
  });

  it('never removes the newest, however old', () => {
    expect(keysToPrune(stored(400), 1, 30, now)).toEqual([]);
  });

  it('removes what was never finished once its record cannot come any more, and nothing that is named otherwise', () => {
    const keys = [key(0), key(2), key(40), 'etcd/prod/snapshots/by-hand.db', key(400), recordKey(key(400))];
    expect(keysToPrune(storedSnapshots(keys), 1, 0, now)).toEqual([key(2), key(40)]);
    expect(keysToPrune(storedSnapshots(keys), 1, 30, now)).toEqual([key(40)]);
  });
});
