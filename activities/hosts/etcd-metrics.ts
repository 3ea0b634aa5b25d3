import type { EtcdDisk, Histogram } from './types.ts';

/** What one look at the metrics of a member gives; everything counts from the start of its process. */
export interface DiskCounters {
  readonly walFsync: Histogram;
  readonly backendCommit: Histogram;
  readonly leaderChanges: number;
  readonly slowApplies: number;
}

/** Reads Prometheus' text format as far as the disk goes; what is not there counts as never. Pure. */
export function parseDiskCounters(text: string): DiskCounters {
  return {
    walFsync: histogram(text, 'etcd_disk_wal_fsync_duration_seconds'),
    backendCommit: histogram(text, 'etcd_disk_backend_commit_duration_seconds'),
    leaderChanges: counter(text, 'etcd_server_leader_changes_seen_total'),
    slowApplies: counter(text, 'etcd_server_slow_apply_total'),
  };
}

function counter(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

function histogram(text: string, name: string): Histogram {
  const found = [...text.matchAll(new RegExp(`^${name}_bucket\\{le="([\\d.e+-]+)"\\} (\\S+)$`, 'gm'))];
  const buckets = found.map(([, bound, count]) => ({ upToMs: Number(bound) * 1000, count: Number(count) }));
  return { count: counter(text, `${name}_count`), buckets };
}

/** What came between two looks at the same process. Pure. */
export function diskBetween(before: DiskCounters, after: DiskCounters, seconds: number): EtcdDisk {
  const { leaderChanges, slowApplies } = after;
  return {
    syncs: true,
    seconds,
    walFsync: difference(before.walFsync, after.walFsync),
    backendCommit: difference(before.backendCommit, after.backendCommit),
    leaderChanges,
    slowApplies,
  };
}

function difference(before: Histogram, after: Histogram): Histogram {
  return {
    count: after.count - before.count,
    buckets: after.buckets.map(({ upToMs, count }, index) => ({
      upToMs,
      count: count - (before.buckets[index]?.count ?? 0),
    })),
  };
}
