/** Whether the disks of the members are fast enough for etcd. Pure. */
import type { EtcdDisk, Histogram } from '../../activities/hosts/types.ts';

/** What the agent of a host measured; null: it could not. */
export interface SeenDisk {
  readonly host: string;
  readonly disk: EtcdDisk | null;
}

export interface SlowDisk {
  readonly host: string;
  /** The figures, for people. */
  readonly detail: string;
}

/** etcd's own guidance (its FAQ, "What does the etcd warning ... mean"): a 99th percentile below this rules a slow disk out. */
const guidanceMs = { walFsync: 10, backendCommit: 25 } as const;
/** Fewer slow calls than these are an accident, not a disk. */
const fewestSlowCalls = 3;
/** One that took longer is no accident: etcd itself warns of it, and elections time out. */
const neverFineMs = 1_000;

export function slowDisks(seen: readonly SeenDisk[]): readonly SlowDisk[] {
  return seen.flatMap(({ host, disk }) => (disk !== null && isSlow(disk) ? [{ host, detail: told(disk) }] : []));
}

/** One sentence on all that was measured; null when nothing was. */
export function toldDisks(seen: readonly SeenDisk[]): string | null {
  const measured = seen.flatMap(({ host, disk }) =>
    disk === null || disk.walFsync.count === 0 ? [] : [`${host}: ${told(disk)}`],
  );
  return measured.length === 0 ? null : measured.join('; ');
}

function isSlow({ walFsync, backendCommit }: EtcdDisk): boolean {
  return tooLong(walFsync, guidanceMs.walFsync) || tooLong(backendCommit, guidanceMs.backendCommit);
}

function tooLong(calls: Histogram, limitMs: number): boolean {
  if (beyond(calls, neverFineMs) > 0) return true;
  const p99 = percentileMs(calls, 0.99);
  return p99 !== null && p99 > limitMs && beyond(calls, limitMs) >= fewestSlowCalls;
}

/** Calls that certainly took longer. */
function beyond({ count, buckets }: Histogram, ms: number): number {
  const within = buckets.find(({ upToMs }) => upToMs >= ms);
  return within === undefined ? 0 : count - within.count;
}

/** As Prometheus' `histogram_quantile`: linear within the bucket; the last bound for what is beyond all. Null without a call. */
export function percentileMs({ count, buckets }: Histogram, share: number): number | null {
  if (count === 0) return null;
  const rank = share * count;
  let below = { upToMs: 0, count: 0 };
  for (const bucket of buckets) {
    if (bucket.count >= rank) {
      const within = bucket.count - below.count;
      return below.upToMs + (bucket.upToMs - below.upToMs) * ((rank - below.count) / within);
    }
    below = bucket;
  }
  return below.upToMs;
}

function told({ walFsync, backendCommit, seconds, leaderChanges, slowApplies }: EtcdDisk): string {
  const p99 = (calls: Histogram, limit: number) => {
    const ms = percentileMs(calls, 0.99);
    return `${ms === null ? 'not seen' : `${Math.round(ms)} ms`} of ${calls.count} (etcd advises less than ${limit} ms)`;
  };
  return (
    `99th percentile of the log's fsync ${p99(walFsync, guidanceMs.walFsync)}, of commits ` +
    `${p99(backendCommit, guidanceMs.backendCommit)}, in ${Math.round(seconds)} s; since its start ${leaderChanges} changes of the leader, ` +
    `${slowApplies} slow applies`
  );
}
