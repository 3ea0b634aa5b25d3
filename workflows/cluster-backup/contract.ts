import type { RecoveryInput } from '../recovery/input.ts';

/** A Velero backup of a cluster by a policy of the inventory, and the Schedule that repeats it. */
export interface ClusterBackupInput extends RecoveryInput {
  /** Name of a policy of the inventory; default `default`, which is there also when the inventory has none. */
  readonly policy?: string;
}

export const workflowType = 'clusterBackup';

/** One backup of a cluster by the same policy at a time: the id is the cluster and the policy. */
export function workflowId({ cluster, policy = 'default' }: Pick<ClusterBackupInput, 'cluster' | 'policy'>): string {
  return `cluster-backup/${cluster}/${policy}`;
}
