import type { Slug } from '../slugs.ts';
import type { Claim, Evidence } from './evidence.ts';
import type { Admitted, RecoveryInput, RunSettings } from './input.ts';
import type { Plan, PlanStep, Verdict } from './plan.ts';

/** Identity of the run, handed to everything that tags an effect. */
export interface RecoveryIdentity {
  /** First-execution run id: the same over retries, resets of the worker and continue-as-new. Tags every effect. */
  readonly recoveryId: string;
  readonly workflowId: string;
}

export interface ScenarioContext extends RecoveryIdentity {
  readonly settings: RunSettings;
  /** The plan as people read and approved it; null before there is one. */
  plan(): Plan | null;
  /** One line shown live under the running step, and in the timeline where none runs; never a secret. */
  report(detail: string): void;
}

/**
 * How an effect is taken back.
 *
 * - `revert`: makes the effect undone; dropped once a point of no return has begun.
 * - `put-back`: something that was suspended or held; always run, at success, cancel and abort alike.
 *
 * `run` must be safe when the step's effect never happened and when it was already taken back.
 */
export interface StepUndo {
  readonly kind: 'revert' | 'put-back';
  readonly title: string;
  /** Returns one line on the state it left; as `left` where the effect could not be taken back. */
  run(): Promise<string | { readonly left: string }>;
}

/** A step of execution: the plan's line plus how to do it. */
export interface Step extends Omit<PlanStep, 'undo' | 'pointOfNoReturn'> {
  readonly undo: StepUndo | null;
  readonly pointOfNoReturn?: string;
  /** Whether an operator may decide `skip` when the step is out of retries. */
  readonly skippable: boolean;
  /** Does the step; safe to run again from its start. Returns one line for the timeline. */
  run(): Promise<string>;
}

/** One check of the verification. A check that throws leaves its claim `unknown`. */
export interface Check {
  readonly claim: Claim;
  readonly target: string;
  run(): Promise<Evidence>;
}

/**
 * A scenario from facts to checks. The engine owns the lifecycle; the scenario owns the domain.
 *
 * What must hold: `assess` changes nothing; `decide` is pure; `steps` and `verify` are functions of their arguments alone, because
 * they are called again after continue-as-new with `work` and `memory` that went through JSON.
 */
export interface Scenario<Input extends RecoveryInput, Facts, Work, Memory> {
  readonly slug: Slug;
  /** What the recovery acts on, for people: `claim production/data-db-0`. */
  target(input: Input): string;
  assess(admitted: Admitted<Input>, context: ScenarioContext): Promise<Facts>;
  decide(admitted: Admitted<Input>, facts: Facts, now: number): Verdict<Work>;
  /**
   * Paths that must not overlap with those of another running recovery in the cluster; a path overlaps with its prefixes and
   * extensions: `namespaces/production/claims/data-db-0`, `nodes`, or `` (the whole cluster).
   */
  scopes(work: Work): readonly string[];
  /** What steps learn while running (ids of created things); JSON only. */
  memory(work: Work): Memory;
  steps(work: Work, memory: Memory, context: ScenarioContext): readonly Step[];
  verify(work: Work, memory: Memory, context: ScenarioContext): readonly Check[];
}
