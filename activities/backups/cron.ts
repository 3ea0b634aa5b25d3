import { Cron } from 'croner';
import { durationSeconds } from '../velero/translate.ts';

/** An hour: a backup takes its time, and Velero starts one after another. */
const graceMs = 3_600_000;

/**
 * Since when the schedule owes a backup after the one of `last`, or null when it owes none. Cron as Velero takes it: five fields in
 * UTC, `@daily` and its like, `@every 6h`. An expression that cannot be read owes nothing; Velero refuses it by itself. Pure; times in
 * milliseconds since the epoch.
 */
export function overdueSince(cron: string, last: number, now: number): number | null {
  const due = nextRun(cron, last);
  return due === null || now < due + graceMs ? null : due;
}

export function nextRun(cron: string, after: number): number | null {
  const every = /^@every\s+(\S+)$/.exec(cron.trim())?.[1];
  if (every !== undefined) {
    const seconds = durationSeconds(every);
    return seconds > 0 ? after + seconds * 1000 : null;
  }
  try {
    return new Cron(cron, { timezone: 'UTC', paused: true }).nextRun(new Date(after))?.getTime() ?? null;
  } catch {
    return null;
  }
}
