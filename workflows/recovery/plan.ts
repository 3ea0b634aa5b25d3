import type { Code } from '../../errors/codes.ts';

/** What a step does to the world. `read` changes nothing. */
export type Effect = 'read' | 'create' | 'change' | 'delete';

/** One line of a plan, as an operator reads and approves it. Data only: it is hashed and stored in the report. */
export interface PlanStep {
  /** Stable and unique in the plan, kebab-case; decisions and the crash matrix name it. */
  readonly id: string;
  readonly title: string;
  /** What is acted on, in the field's own terms: `claim production/data-db-0`, `volume from snap-...`. */
  readonly target: string;
  readonly effect: Effect;
  /** How the step is taken back, or null when there is nothing to take back. */
  readonly undo: string | null;
  readonly expectedSeconds: number;
  /** Why nothing before this step is reverted once it has begun; null for every other step. */
  readonly pointOfNoReturn: string | null;
}

/** A condition that should hold before execution. An unmet one is shown with the plan; a `blocking` one refuses the execution. */
export interface Precondition {
  readonly name: string;
  readonly blocking: boolean;
  readonly met: boolean;
  readonly detail: string;
}

/** Data loss that the plan accepts. `seconds` is null when it cannot be known; then `basis` says why. */
export interface RecoveryPoint {
  readonly seconds: number | null;
  readonly basis: string;
  /** What the recovery takes back, object by object as far as it is bounded; not part of the hash, since it grows while the plan waits. */
  readonly losses?: readonly string[];
}

/** What `decide` contributes to the plan; the engine adds steps, durations and the hash. */
export interface PlanDraft {
  readonly summary: string;
  readonly recoveryPoint: RecoveryPoint;
  readonly preconditions: readonly Precondition[];
  /** What the operator must know before approving: what is destroyed, what is not brought back. */
  readonly warnings: readonly string[];
  /** Why a person must approve, whatever the policy says; absent: the policy decides. */
  readonly approvalBecause?: string;
}

export interface Plan extends PlanDraft {
  /** Hex SHA-256 of everything that decides what will be done. Equal hashes mean the same effects on the same targets. */
  readonly hash: string;
  readonly steps: readonly PlanStep[];
  /** Sum of the steps' expected durations, seconds. */
  readonly recoveryTimeSeconds: number;
}

/** What a scenario's pure `decide(input, facts, now)` answers. `work` is all that the steps need; it is part of the hash. */
export type Verdict<Work> =
  | { readonly kind: 'proceed'; readonly reason: string; readonly work: Work; readonly draft: PlanDraft }
  | { readonly kind: 'refuse'; readonly code: Code; readonly message: string }
  | { readonly kind: 'nothing-to-do'; readonly code: Code; readonly message: string };
