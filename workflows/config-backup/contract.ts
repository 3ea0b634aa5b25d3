import type { RecoveryInput } from '../recovery/input.ts';

/** Saves the configuration of a cluster; with `restore`, brings it back from an archive. */
export interface ConfigBackupInput extends RecoveryInput {
  readonly restore?: {
    /** `latest`, or the key of an archive in the bucket of the artefacts. */
    readonly archive: string;
    /** Kinds such as `ClusterRoleBinding`; default: all of the archive. */
    readonly kinds?: readonly string[];
  };
}

export const workflowType = 'configBackup';

/** One backup or restore of a cluster's configuration at a time: the id is the cluster. */
export function workflowId({ cluster }: Pick<ConfigBackupInput, 'cluster'>): string {
  return `config-backup/${cluster}`;
}
