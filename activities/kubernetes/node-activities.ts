import type { AutoScalingRegions } from '../autoscaling/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { clearNodes } from './clear-nodes.ts';
import { drainNodes, uncordonNodes } from './drain.ts';
import { fenceNodes, unfenceNodes } from './fencing.ts';
import type { NodeActivities } from './node-types.ts';
import { waitPodsStarted } from './pods-started.ts';
import type { KubernetesClusters } from './port.ts';
import { readNodes } from './read-nodes.ts';

export type { NodeActivities } from './node-types.ts';

export interface NodeDependencies {
  readonly clusters: KubernetesClusters;
  /** Where the proof of a machine's death comes from. */
  readonly regions: AutoScalingRegions;
  readonly pace?: Pace;
}

export function createNodeActivities({ clusters, regions, pace = activityPace }: NodeDependencies): NodeActivities {
  return {
    /** Safe to retry: reads only. Lists of nodes, leases, pods, VolumeAttachments and of what else repairs nodes. */
    readNodes: async ({ cluster, named }) => readNodes(clusters.cluster(cluster), named, pace.now(), pace.signal()),

    /**
     * Safe to retry: a node that carries this recovery's taint is left as it is.
     * @throws RekindleError `machine-alive` when a node reports Ready
     */
    fenceNodes: async (input) => fenceNodes(clusters.cluster(input.cluster), regions.region(input.region), input, pace),

    /** Safe to retry: takes off only taints that carry this recovery's mark. */
    unfenceNodes: async ({ cluster, recoveryId }) => unfenceNodes(clusters.cluster(cluster), recoveryId, pace.signal()),

    /**
     * Safe to retry: deletes only pods with the uid that it saw on a machine that EC2 proved dead right before; a repeat finds them
     * gone. @throws RekindleError `node-not-empty` at its limit
     */
    clearNodes: async (input) => clearNodes(clusters.cluster(input.cluster), regions.region(input.region), input, pace),

    /**
     * Safe to retry: a cordoned node is left as it is, and an eviction names the uid of the pod.
     * @throws RekindleError `pod-unmanaged` before anything is evicted, `several-budgets`, `budget-blocks-eviction` at its limit
     */
    drainNodes: async (input) => drainNodes(clusters.cluster(input.cluster), input, pace),

    /** Safe to retry: takes off only cordons that carry this recovery's mark. */
    uncordonNodes: async ({ cluster, recoveryId }) =>
      uncordonNodes(clusters.cluster(cluster), recoveryId, pace.signal()),

    /** Safe to retry: reads only; at its limit it tells how many pods still start, and does not fail. */
    waitPodsStarted: async (input) => waitPodsStarted(clusters.cluster(input.cluster), input, pace),
  };
}
