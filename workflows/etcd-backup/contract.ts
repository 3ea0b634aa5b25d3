import type { RecoveryInput } from '../recovery/input.ts';

/** A backup of a cluster's etcd, and how long it is kept. */
export interface EtcdBackupInput extends RecoveryInput {
  /** So many of the newest snapshots are kept, whatever their age; default 30. */
  readonly keepCount?: number;
  /** Snapshots younger than this are kept, however many there are; default 30. */
  readonly keepDays?: number;
  /** Days for which the new snapshot cannot be deleted by anybody; default 7, 0 for none. The bucket needs object lock. */
  readonly lockDays?: number;
  /** Takes the snapshot although the cluster is behind the newest one. */
  readonly force?: boolean;
}

export const workflowType = 'etcdBackup';

/** One backup of a cluster at a time: the id is the cluster. */
export function workflowId({ cluster }: Pick<EtcdBackupInput, 'cluster'>): string {
  return `etcd-backup/${cluster}`;
}
