import type { ScheduleDescription } from '@temporalio/client';
import { recoveryAttributes } from '../../workflows/recovery/search-attributes.ts';
import { madeBy, scheduleId } from './wanted.ts';

/** A schedule as Temporal keeps it. */
export interface KeptSchedule {
  readonly id: string;
  readonly scenario: string;
  readonly cluster: string;
  /** Made by `rekindle schedules apply`: its id and its mark say so. */
  readonly ours: boolean;
  readonly paused: boolean;
  /** Why it is paused, in the words of whoever did it. */
  readonly note: string | null;
  readonly overlap: string;
  readonly catchUpMinutes: number;
  readonly pauseOnFailure: boolean;
  /** ISO 8601; null when no start is foreseen. */
  readonly next: string | null;
  readonly last: { readonly at: string; readonly workflowId: string } | null;
  readonly running: readonly string[];
  readonly missedCatchUp: number;
  readonly skippedOverlap: number;
}

export function keptSchedule(description: ScheduleDescription): KeptSchedule {
  const { scheduleId: id, memo, typedSearchAttributes, state, policies, info } = description;
  const scenario = typedSearchAttributes.get(recoveryAttributes.scenario) ?? '';
  const cluster = typedSearchAttributes.get(recoveryAttributes.cluster) ?? '';
  const last = info.recentActions.at(-1);
  return {
    id,
    scenario,
    cluster,
    ours: memo?.madeBy === madeBy && id === scheduleId(scenario, cluster),
    paused: state.paused,
    note: state.note === undefined || state.note === '' ? null : state.note,
    overlap: policies.overlap ?? 'SKIP',
    catchUpMinutes: Math.round(policies.catchupWindow / 60_000),
    pauseOnFailure: policies.pauseOnFailure,
    next: state.paused ? null : (info.nextActionTimes[0]?.toISOString() ?? null),
    last: last === undefined ? null : { at: last.takenAt.toISOString(), workflowId: last.action.workflow.workflowId },
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    missedCatchUp: info.numActionsMissedCatchupWindow,
    skippedOverlap: info.numActionsSkippedOverlap,
  };
}

/** Everything of a schedule that `apply` decides; equal for equal schedules. */
export function fingerprint({ spec, policies, action }: ScheduleDescription): string {
  const { workflowType, workflowId, taskQueue, args, memo, staticSummary, staticDetails } = action;
  return canonical({
    spec,
    policies,
    action: { workflowType, workflowId, taskQueue, args, memo, staticSummary, staticDetails },
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => left.localeCompare(right)))
      : inner,
  );
}
