import type { CreationRehearsal, SnapshotSearchResult, VolumeFacts } from '../../activities/ec2/types.ts';
import type { ClaimFacts } from '../../activities/kubernetes/claim-facts.ts';
import type { KubernetesDefinition } from '../../activities/s3/types.ts';
import type { ClusterSnapshots } from '../../activities/snapshots/types.ts';

/** Everything that `decide` looks at. */
export interface RebindFacts {
  readonly cluster: ClaimFacts;
  /** Definitions that an earlier recovery saved; read only when the claim or its volume object is gone. */
  readonly saved: readonly KubernetesDefinition[];
  /** EBS volume behind the claim, or null when it is no EBS volume or its id is not known. */
  readonly ec2Volume: VolumeFacts | null;
  /** How the volume's id came to be known. */
  readonly volumeIdBasis: 'volume object' | 'saved definition' | 'snapshot' | null;
  /** Null when the driver is not EBS. */
  readonly ec2Snapshots: SnapshotSearchResult | null;
  readonly clusterSnapshots: ClusterSnapshots;
  /** What EC2 would say to the creation that the other facts lead to; absent where they lead to none. */
  readonly rehearsal?: CreationRehearsal;
}
