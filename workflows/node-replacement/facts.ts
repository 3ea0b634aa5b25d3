import type { GroupsView } from '../../activities/autoscaling/types.ts';
import type { NodesView } from '../../activities/kubernetes/node-types.ts';

/** Everything that `decide` looks at. */
export interface NodeFacts {
  readonly cluster: NodesView;
  readonly cloud: GroupsView;
}
