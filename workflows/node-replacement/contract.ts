import type { RecoveryInput } from '../recovery/input.ts';

/** Dead nodes of a cluster that are to be replaced, or nodes that are to be added. */
export interface NodeReplacementInput extends RecoveryInput {
  /** Default: all of the cluster's in the inventory. */
  readonly autoScalingGroups?: readonly string[];
  /** Desired capacity of each named group at the end; never below the present one. Default: as it was. */
  readonly desiredCapacity?: number;
  /** Most nodes that are replaced at once; default 10. */
  readonly maxParallel?: number;
  /** Living nodes (ill, cordoned, to be renewed) that are drained within their budgets and replaced too. */
  readonly drainNodes?: readonly string[];
  /** How long a budget may refuse an eviction before a person is asked, seconds; default 600. */
  readonly drainTimeoutSeconds?: number;
  /** Most pods that a wave sets free to start elsewhere, a single node's excepted; default 300. */
  readonly maxPodsPerWave?: number;
  /** How long Kubernetes is given to free a dead node by itself before pods are deleted by force, seconds; default 90. */
  readonly stuckPodSeconds?: number;
  /** Share of dead nodes up to which no approval is asked for, percent; default 20. */
  readonly maxUnhealthyPercent?: number;
  /** Longest time from a launch to its Ready node, seconds; default 600. */
  readonly joinTimeoutSeconds?: number;
  /** How long launches may fail before a person is asked, seconds; default 120. */
  readonly launchPatienceSeconds?: number;
}

export const workflowType = 'nodeReplacement';

/** One recovery of a cluster's nodes at a time: the id is the cluster. */
export function workflowId({ cluster }: Pick<NodeReplacementInput, 'cluster'>): string {
  return `node-replacement/${cluster}`;
}
