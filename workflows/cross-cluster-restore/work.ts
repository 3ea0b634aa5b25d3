import type { BackupStore, NamespaceOfClaims, NeutralisedObject } from '../../activities/backup-stores/types.ts';
import type { CreateVolumeInput } from '../../activities/ec2/types.ts';
import type { PersistentVolumeClaim } from '../../activities/kubernetes/objects.ts';
import type { RestoreMemory, RestoreWork } from '../namespace-restore/work.ts';
import type { VolumeObjectPlan } from '../volume-rebind/work.ts';

/** All that the steps need; JSON. */
export type CrossWork =
  | {
      readonly kind: 'restore';
      readonly restore: RestoreWork;
      readonly location: {
        readonly name: string;
        readonly store: BackupStore;
        readonly credential: { readonly secret: string; readonly key: string } | null;
      };
      /** Volumes that the recovery makes by itself, in other zones than Velero would. */
      readonly moves: readonly VolumeMove[];
    }
  | { readonly kind: 'promote'; readonly cluster: string; readonly objects: readonly NeutralisedObject[] };

/** One claim with its volume, whole but for the ids that only the creations tell. */
export interface VolumeMove {
  readonly namespace: NamespaceOfClaims;
  readonly claim: PersistentVolumeClaim;
  readonly object: VolumeObjectPlan;
  /** Reclaim policy of the former volume object; the new one is `Retain`. */
  readonly formerPolicy: string;
  readonly volume: Omit<CreateVolumeInput, 'recoveryId' | 'workflowId' | 'attempt' | 'region'>;
}

export interface CrossMemory extends RestoreMemory {
  /** By the index of the move: attempts at its volume, from 1. */
  volumeAttempts: number[];
  /** Namespaces that were made for the claims. */
  namespaces: string[];
}

/** The source's location in the target. */
export function locationName(fromCluster: string): string {
  return `rekindle-from-${fromCluster}`;
}
