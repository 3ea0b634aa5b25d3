import type { PlannedNode } from '../../activities/autoscaling/types.ts';

export type { PlannedNode } from '../../activities/autoscaling/types.ts';

/** A group as the plan saw it, and as it is to be in the end. */
export interface GroupPlan {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly members: readonly string[];
  /** Members that were Ready when the plan was made. */
  readonly ready: number;
  /** Members that are not Ready and are not replaced here: cut off, say. */
  readonly leftAlone: number;
  /** Desired capacity in the end, where another one was asked for. */
  readonly grownTo: number | null;
}

/** Nodes that are replaced together: dead ones, or living ones that are drained first. */
export interface Wave {
  readonly kind: 'dead' | 'drained';
  readonly nodes: readonly PlannedNode[];
  /** By group, where something is launched or awaited: desired capacity meanwhile, and Ready nodes before anything is retired. */
  readonly groups: readonly { readonly name: string; readonly desired: number; readonly ready: number }[];
}

/** All that the steps need; JSON, and stable while the plan waits for its approval. */
export interface ReplacementWork {
  readonly cluster: string;
  readonly region: string;
  readonly groups: readonly GroupPlan[];
  readonly waves: readonly Wave[];
  readonly joinTimeoutSeconds: number;
  readonly launchPatienceSeconds: number;
  readonly drainTimeoutSeconds: number;
  readonly stuckPodSeconds: number;
  /** Pods that may still be starting when the next wave begins. */
  readonly startingPods: number;
}

/** What the steps learn. */
export interface ReplacementMemory {
  /** The capacity that was asked for is there: from then on it is what the groups are put back to. */
  grown: boolean;
}

/** The nodes of all waves of a kind. */
export function nodesOf({ waves }: Pick<ReplacementWork, 'waves'>, kind: Wave['kind']): readonly PlannedNode[] {
  return waves.flatMap((wave) => (wave.kind === kind ? wave.nodes : []));
}
