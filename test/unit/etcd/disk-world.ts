import type { EtcdDisk, Histogram } from '../../../activities/hosts/types.ts';

/** Bounds of etcd's own histograms: 1 ms, doubled up to 8.192 s. */
const bounds = Array.from({ length: 14 }, (_, power) => 2 ** power);

export function histogramOf(milliseconds: readonly number[]): Histogram {
  return {
    count: milliseconds.length,
    buckets: bounds.map((upToMs) => ({ upToMs, count: milliseconds.filter((ms) => ms <= upToMs).length })),
  };
}

export function diskOf(walFsync: readonly number[], backendCommit: readonly number[] = []): EtcdDisk {
  return {
    syncs: true,
    seconds: 5,
    walFsync: histogramOf(walFsync),
    backendCommit: histogramOf(backendCommit),
    leaderChanges: 1,
    slowApplies: 0,
  };
}
