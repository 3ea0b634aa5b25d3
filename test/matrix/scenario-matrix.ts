import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import type { Slug } from '../../workflows/slugs.ts';
import type { CrashPoint } from './crash-order.ts';
import type { OwnNamespace } from './temporal-namespace.ts';

/** Where the cases of a matrix happen. */
export interface Ground {
  readonly sandbox: Sandbox;
  readonly access: ClusterAccess;
  readonly temporal: OwnNamespace;
}

/** A broken piece of the world that one case recovers, apart from those of all other cases. */
export interface BrokenWorld {
  /** The workflow's input. */
  readonly input: object;
  /** What does not hold after the run, one sentence each; nothing when all is well. */
  problems(result: RecoveryResult, recoveryId: string): Promise<string[]>;
  remove(): Promise<void>;
}

/** One way in which the scenario is called for. */
export interface Situation {
  /** Id of the workflow that recovers the world of that name: known before the world is made. */
  workflowId(name: string): string;
  /** The workflow in whose activity the worker dies, where that is another one. */
  readonly struckWorkflowId?: string;
  /** An activity in which the run is held until it has been cancelled. */
  readonly cancelledIn?: string;
  /** Makes the world and breaks it. `name` is unique and fit for a namespace. */
  prepare(ground: Ground, name: string): Promise<BrokenWorld>;
}

export interface MatrixEntry<SituationName extends string = string> {
  readonly situation: SituationName;
  /** Which call of the activity, from 1; default 1. */
  readonly call?: number;
  /** Default: all. */
  readonly points?: readonly CrashPoint[];
}

/** Which activities of a scenario a worker is killed in, and what must hold afterwards. */
export interface ScenarioMatrix<SituationName extends string = string> {
  readonly slug: Slug;
  readonly workflowType: string;
  /**
   * Control-plane hosts of a sandbox for these cases alone, which come one after another: they change the whole cluster. Default: the
   * sandbox that all share.
   */
  readonly hosts?: number;
  /** What the sandbox must have beyond the usual, such as `dr`. Default nothing. */
  readonly extras?: readonly string[];
  readonly situations: Readonly<Record<SituationName, Situation>>;
  /** By activity. Every activity that a worker registers is an entry of some scenario: a unit test sees to it. */
  readonly entries: Readonly<Record<string, readonly MatrixEntry<SituationName>[]>>;
}
