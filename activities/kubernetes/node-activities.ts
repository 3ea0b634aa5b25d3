import type { AutoScalingRegions } from '../autoscaling/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { fenceNodes, unfenceNodes, waitNodesEmpty } from './fencing.ts';
import type { NodeActivities } from './node-types.ts';
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
    readNodes: async ({ cluster }) => readNodes(clusters.cluster(cluster), pace.now(), pace.signal()),

    /**
     * Safe to retry: a node that carries this recovery's taint is left as it is.
     * @throws RekindleError `machine-alive` when a node reports Ready
     */
    fenceNodes: async (input) => fenceNodes(clusters.cluster(input.cluster), regions.region(input.region), input, pace),

    /** Safe to retry: takes off only taints that carry this recovery's mark. */
    unfenceNodes: async ({ cluster, recoveryId }) => unfenceNodes(clusters.cluster(cluster), recoveryId, pace.signal()),

    /** Safe to retry: reads only. @throws RekindleError `node-not-empty` at its limit */
    waitNodesEmpty: async (input) => waitNodesEmpty(clusters.cluster(input.cluster), input, pace),
  };
}
