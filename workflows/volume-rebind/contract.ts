import type { RecoveryInput } from '../recovery/input.ts';

/** A claim whose volume is lost, and how it is to come back. */
export interface VolumeRebindInput extends RecoveryInput {
  readonly namespace: string;
  /** Name of the PersistentVolumeClaim. */
  readonly pvc: string;
  /** Snapshot to use instead of the newest: an EBS snapshot id, or for other drivers the name or handle of a CSI snapshot. */
  readonly snapshotId?: string;
  /** Availability zone of the new volume; default: the old one where the pods can run there. */
  readonly zone?: string;
  /** Paid initialization rate of EBS, MiB/s, 100-300; default: none, blocks are fetched when they are first read. */
  readonly initializationRateMiBps?: number;
  /** The operator's word that the volume is lost, where that cannot be proved or the volume is there but its data is not. */
  readonly force?: boolean;
}

export const workflowType = 'volumeRebind';

/** One recovery of a claim at a time: the id is the claim. */
export function workflowId({
  cluster,
  namespace,
  pvc,
}: Pick<VolumeRebindInput, 'cluster' | 'namespace' | 'pvc'>): string {
  return `volume-rebind/${cluster}/${namespace}/${pvc}`;
}
