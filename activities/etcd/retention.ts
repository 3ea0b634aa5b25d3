import type { SnapshotRecord } from './snapshot-record.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Keys of the snapshots that are both older than `keepDays` and not among the `keepCount` newest. The newest always stays. */
export function keysToPrune(
  records: readonly Pick<SnapshotRecord, 'key' | 'takenAt'>[],
  keepCount: number,
  keepDays: number,
  now: number,
): string[] {
  return [...records]
    .sort((left, right) => right.takenAt.localeCompare(left.takenAt))
    .slice(Math.max(1, keepCount))
    .filter(({ takenAt }) => now - Date.parse(takenAt) > keepDays * dayMs)
    .map(({ key }) => key);
}
