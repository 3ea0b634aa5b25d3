import type { KeptSchedule } from '../../schedules/kept-schedule.ts';
import { columns } from './columns.ts';

/** A schedule of the inventory, of Temporal, or of both. */
export interface ShownSchedule {
  readonly id: string;
  /** As the inventory writes it; null when it is not in there. */
  readonly when: string | null;
  /** Null when Temporal does not have it. */
  readonly kept: KeptSchedule | null;
}

export function renderSchedules(schedules: readonly ShownSchedule[]): string[] {
  if (schedules.length === 0) return ['no schedules; write them into the inventory, then `rekindle schedules apply`'];
  return columns([
    ['schedule', 'when', 'state', 'next (UTC)', 'last (UTC)', 'missed', 'skipped'],
    ...schedules.map(({ id, when, kept }) => [
      id,
      when ?? 'not in the inventory',
      stateOf(kept),
      utc(kept?.next),
      utc(kept?.last?.at),
      kept === null ? '' : String(kept.missedCatchUp),
      kept === null ? '' : String(kept.skippedOverlap),
    ]),
  ]);
}

function stateOf(kept: KeptSchedule | null): string {
  if (kept === null) return 'not applied';
  if (!kept.ours) return 'not ours';
  if (kept.paused) return kept.note === null ? 'paused' : `paused: ${kept.note}`;
  return kept.running.length > 0 ? 'running' : 'waiting';
}

function utc(at: string | null | undefined): string {
  return at?.slice(0, 19).replace('T', ' ') ?? '-';
}
