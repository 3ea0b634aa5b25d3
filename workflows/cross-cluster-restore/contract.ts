import type { RestoreSelection } from '../namespace-restore/contract.ts';
import type { RecoveryInput } from '../recovery/input.ts';

/** Objects of one cluster's backup that are to live in another. `cluster` is the target: what is acted on. */
export interface CrossClusterRestoreInput extends RecoveryInput, RestoreSelection {
  /** The cluster whose Velero took the backup; it need not live. */
  readonly fromCluster: string;
  /** The same as `cluster`. */
  readonly toCluster: string;
  /** `latest` (the newest completed backup that holds the namespaces), or a name. */
  readonly backup: string;
  /** Default true: CronJobs suspended, load balancers and ingresses without a controller, no DNS record. */
  readonly neutralise?: boolean;
  /** `zero`: workloads come back with no replica. Default `keep`. */
  readonly replicas?: 'keep' | 'zero';
  /** From the storage class in the backup to that of the target. */
  readonly storageClassMapping?: Readonly<Record<string, string>>;
  /**
   * From the zone in the backup to that of the target: volumes of EBS snapshots are made there, and workloads that ask for the zone are
   * sent there.
   */
  readonly zoneMapping?: Readonly<Record<string, string>>;
  /** Restores nothing: makes what earlier runs neutralised act in this cluster. */
  readonly promote?: boolean;
}

export const workflowType = 'crossClusterRestore';

/** One restore from the one into the other at a time: the id is the two clusters. */
export function workflowId({
  cluster,
  fromCluster,
}: Pick<CrossClusterRestoreInput, 'cluster' | 'fromCluster'>): string {
  return `cross-cluster-restore/${cluster}/${fromCluster}`;
}
