import type { GroupsView } from '../../activities/autoscaling/types.ts';
import type { NodesView } from '../../activities/kubernetes/node-types.ts';
import type { VcpuQuota } from '../../activities/quotas/types.ts';

/** Everything that `decide` looks at. */
export interface NodeFacts {
  readonly cluster: NodesView;
  readonly cloud: GroupsView;
  /** Null where nothing would be launched. */
  readonly quota: VcpuQuota | null;
}
