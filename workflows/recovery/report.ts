import type { Evidence } from './evidence.ts';
import type { JournalState } from './journal.ts';
import type { Plan } from './plan.ts';
import type { StepProgress, TimelineEntry } from './progress.ts';
import type { Problem, RecoveryResult } from './result.ts';

export interface ReportHead {
  readonly slug: string;
  readonly cluster: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly recoveryId: string;
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly incident: string | null;
  readonly dryRun: boolean;
  readonly contacts: readonly string[];
}

/** Measured and promised times, seconds; null where it never came to that. */
export interface ReportTimes {
  readonly recoveryTimeSeconds: number | null;
  readonly recoveryTimePredictedSeconds: number | null;
  readonly recoveryTimeTargetSeconds: number | null;
  readonly recoveryPointSeconds: number | null;
  readonly recoveryPointBasis: string | null;
  readonly recoveryPointTargetSeconds: number | null;
}

/** The record of one recovery: what an auditor and a post-mortem need. JSON; version grows with incompatible changes. */
export interface Report extends ReportHead {
  readonly version: 1;
  readonly target: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly result: RecoveryResult | null;
  readonly times: ReportTimes;
  readonly plan: Plan | null;
  readonly steps: readonly StepProgress[];
  readonly evidence: readonly Evidence[];
  readonly decisions: readonly TimelineEntry[];
  readonly timeline: readonly TimelineEntry[];
  readonly problems: readonly Problem[];
  readonly undone: readonly string[];
  readonly left: readonly string[];
}

export interface ReportTargets {
  readonly recoveryTimeSeconds: number | null;
  readonly recoveryPointSeconds: number | null;
}

/** Builds the report from the journal. The recovery time runs from the start of the recovery to the end of its verification. */
export function buildReport(head: ReportHead, journal: JournalState, targets: ReportTargets, now: number): Report {
  const { plan, verifiedAt, startedAt } = journal;
  return {
    version: 1,
    ...head,
    target: journal.target,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: journal.result === null ? null : new Date(now).toISOString(),
    result: journal.result,
    times: {
      recoveryTimeSeconds: verifiedAt === null ? null : (verifiedAt - startedAt) / 1000,
      recoveryTimePredictedSeconds: plan?.recoveryTimeSeconds ?? null,
      recoveryTimeTargetSeconds: targets.recoveryTimeSeconds,
      recoveryPointSeconds: plan?.recoveryPoint.seconds ?? null,
      recoveryPointBasis: plan?.recoveryPoint.basis ?? null,
      recoveryPointTargetSeconds: targets.recoveryPointSeconds,
    },
    plan,
    steps: journal.steps,
    evidence: journal.evidence,
    decisions: journal.timeline.filter((entry) => entry.actor !== null),
    timeline: journal.timeline,
    problems: journal.problems,
    undone: journal.undone,
    left: journal.left,
  };
}
