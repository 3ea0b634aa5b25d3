import type { RecoveryInput } from '../recovery/input.ts';

/** A cluster whose etcd is broken, and what it is to go back to. */
export interface EtcdRestoreInput extends RecoveryInput {
  /** `latest` (default), or `s3://bucket/key` of a snapshot that has its record beside it. */
  readonly snapshot?: string;
  /** Goes back to the snapshot although etcd is healthy or only a minority of its members is broken. */
  readonly force?: boolean;
  /** Hosts whose agent does not answer are stopped in EC2 and left out of the restored cluster. Always asks for approval. */
  readonly fence?: boolean;
  /** What is done where etcd is out of reach: `velero` restores the critical namespaces; default `none`. */
  readonly fallback?: 'velero' | 'none';
  /** The Velero backup of the fallback: `latest` (default) or a name. */
  readonly backup?: string;
}

export const workflowType = 'etcdRestore';

/** One restore of a cluster at a time: the id is the cluster. */
export function workflowId({ cluster }: Pick<EtcdRestoreInput, 'cluster'>): string {
  return `etcd-restore/${cluster}`;
}
