import type { Evidence } from './evidence.ts';
import type { Plan } from './plan.ts';
import type { RecoveryResult } from './result.ts';

export type Phase =
  | 'admitting'
  | 'assessing'
  | 'awaiting-approval'
  | 'executing'
  | 'verifying'
  | 'undoing'
  | 'reporting'
  | 'done';

/** What a recovery waits for beside its own work; null when it runs. */
export type Standstill = 'paused' | 'needs-operator' | 'awaiting-approval' | 'awaiting-scope' | null;

export type StepState = 'pending' | 'running' | 'done' | 'skipped' | 'failed' | 'undone' | 'left';

export interface StepProgress {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  state: StepState;
  /** Milliseconds since the epoch, workflow time. */
  startedAt: number | null;
  endedAt: number | null;
  /** One line on what was found or done; never a secret. */
  detail: string;
}

/** One entry of the timeline, in order. `actor` is set where a person decided. */
export interface TimelineEntry {
  readonly at: number;
  readonly what: string;
  readonly actor: string | null;
}

/** A step out of retries. Resolved by the `decide` update. */
export interface OperatorRequest {
  readonly stepId: string;
  readonly title: string;
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly since: number;
  readonly allowed: readonly Decision[];
}

export type Decision = 'retry' | 'skip' | 'abort';

/** Answer of the `progress` query: all that `watch` and the API show. */
export interface Progress {
  readonly workflowId: string;
  readonly runId: string;
  readonly recoveryId: string;
  readonly slug: string;
  readonly cluster: string;
  readonly target: string;
  readonly phase: Phase;
  readonly standstill: Standstill;
  readonly startedAt: number;
  readonly elapsedSeconds: number;
  /** Remaining seconds by the plan's expectations; null before a plan or while a person is awaited. */
  readonly etaSeconds: number | null;
  readonly plan: Plan | null;
  readonly steps: readonly StepProgress[];
  readonly evidence: readonly Evidence[];
  readonly operatorRequest: OperatorRequest | null;
  readonly timeline: readonly TimelineEntry[];
  readonly result: RecoveryResult | null;
}
