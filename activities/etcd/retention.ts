import { type StoredSnapshot, takenAtOf } from './snapshot-record.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Keys of the snapshots that are no longer kept: older than `keepDays` and not among the `keepCount` newest; the newest always stays.
 * One without a record, which a kill left between the upload and its record, never counts as kept, and goes when it is older than
 * `keepDays` and a day, since a younger one's record may still come. What is not named as we name snapshots is left alone.
 */
export function keysToPrune(
  stored: readonly StoredSnapshot[],
  keepCount: number,
  keepDays: number,
  now: number,
): string[] {
  const aged = stored.flatMap(({ key, recorded }) => {
    const takenAt = takenAtOf(key);
    return takenAt === null ? [] : [{ key, recorded, ageMs: now - takenAt }];
  });
  const whole = aged.filter(({ recorded }) => recorded).sort((left, right) => left.ageMs - right.ageMs);
  const orphans = aged.filter(({ recorded }) => !recorded);
  return [
    ...whole.slice(Math.max(1, keepCount)).filter(({ ageMs }) => ageMs > keepDays * dayMs),
    ...orphans.filter(({ ageMs }) => ageMs > Math.max(1, keepDays) * dayMs),
  ].map(({ key }) => key);
}
