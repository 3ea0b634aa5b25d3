import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { measureDisk } from '../../../activities/hosts/etcd-disk.ts';
import type { Host } from '../../../activities/hosts/host.ts';
import type { Pace } from '../../../activities/pace.ts';

const closed: (() => void)[] = [];
afterEach(() => {
  for (const close of closed.splice(0)) close();
});

/** A host whose member was started with these flags. */
function hostWith(flags: readonly string[]): Host {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-disk-'));
  closed.push(() => rmSync(folder, { recursive: true }));
  const command = ['etcd', ...flags].map((word) => `        - ${word}`).join('\n');
  const manifest = `metadata: {name: etcd}\nspec:\n  containers:\n    - image: etcd:3.6.16\n      command:\n${command}\n`;
  writeFileSync(join(folder, 'etcd.yaml'), manifest);
  const settings = { host: 'host-one', manifests: folder, parked: join(folder, 'parked'), pki: folder };
  return { settings: settings as unknown as Host['settings'], environment: {} };
}

/** A member that has synced so often at each look, each time within `upTo` seconds. */
async function memberTelling(counts: readonly number[], upTo = 0.512): Promise<string> {
  let looks = 0;
  const server = createServer((_request, answer) => {
    const count = counts[Math.min(looks, counts.length - 1)] ?? 0;
    looks += 1;
    const bucket = (bound: number) =>
      `etcd_disk_wal_fsync_duration_seconds_bucket{le="${bound}"} ${bound < upTo ? 0 : count}`;
    answer.end(
      [
        '# TYPE etcd_disk_wal_fsync_duration_seconds histogram',
        ...[0.001, 0.256, 0.512].map(bucket),
        `etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} ${count}`,
        `etcd_disk_wal_fsync_duration_seconds_count ${count}`,
        'etcd_server_leader_changes_seen_total 3',
        'etcd_server_slow_apply_total 1.2e+01',
      ].join('\n'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closed.push(() => server.close());
  return `--listen-metrics-urls=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Time passes only in pauses. */
function quickPace(): Pace {
  let now = 0;
  return {
    now: () => now,
    began: () => 0,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    signal: () => new AbortController().signal,
    report: () => {},
  };
}

const input = { enoughSyncs: 20, limitSeconds: 5 };

it('only what came between two looks counts, and enough of it ends the measurement', async () => {
  const disk = await measureDisk(hostWith([await memberTelling([1_000, 1_010, 1_025, 9_999])]), input, quickPace());
  expect(disk).toMatchObject({ syncs: true, seconds: 0.5, leaderChanges: 3, slowApplies: 12 });
  expect(disk?.walFsync).toEqual({
    count: 25,
    buckets: [
      { upToMs: 1, count: 0 },
      { upToMs: 256, count: 0 },
      { upToMs: 512, count: 25 },
    ],
  });
});

it('ends at the limit where little is written', async () => {
  const disk = await measureDisk(hostWith([await memberTelling([5, 6])]), input, quickPace());
  expect(disk).toMatchObject({ seconds: 5, walFsync: { count: 1 } });
});

it('tells nothing of a member that was started anew meanwhile, or that does not answer', async () => {
  expect(await measureDisk(hostWith([await memberTelling([1_000, 4])]), input, quickPace())).toBeNull();
  expect(await measureDisk(hostWith(['--listen-metrics-urls=http://127.0.0.1:1']), input, quickPace())).toBeNull();
});

it('does not wait for syncs of a member that makes none', async () => {
  expect(await measureDisk(hostWith(['--unsafe-no-fsync=true']), input, quickPace())).toMatchObject({ syncs: false });
});
