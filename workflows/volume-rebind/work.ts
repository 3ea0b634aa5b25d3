import type { CreateVolumeInput } from '../../activities/ec2/types.ts';
import type { Reconciler, WorkloadRef } from '../../activities/kubernetes/claim-facts.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../activities/kubernetes/objects.ts';
import type { KubernetesDefinition } from '../../activities/s3/types.ts';
import type { ImportSnapshotInput } from '../../activities/snapshots/types.ts';

/** A workload that is stopped while its volume is exchanged. */
export interface HeldWorkloadPlan {
  readonly workload: WorkloadRef;
  readonly reconcilers: readonly Reconciler[];
  /** Replicas that come back; null where the kind has none. */
  readonly replicas: number | null;
  readonly minimumReady: number;
}

/** Where the data comes from. */
export type DataSource =
  | {
      readonly kind: 'ebs-snapshot';
      readonly volume: Omit<CreateVolumeInput, 'recoveryId' | 'workflowId' | 'attempt' | 'region'>;
    }
  /** The volume is there; only its claim or its volume object is gone. */
  | { readonly kind: 'ebs-volume'; readonly volumeId: string }
  | {
      readonly kind: 'csi-snapshot';
      readonly snapshot: Pick<ImportSnapshotInput, 'driver' | 'snapshotHandle' | 'sourceVolumeMode' | 'snapshotClass'>;
      /** With `WaitForFirstConsumer` the claim is bound only once a pod asks for it. */
      readonly boundBeforeStart: boolean;
    };

/** The object that stands for the volume in the cluster, whole but for the volume's id. */
export interface VolumeObjectPlan {
  readonly name: string;
  /** Its handle is empty; `volumeObject` fills it in. */
  readonly template: PersistentVolume;
  readonly handleForm: 'csi' | 'in-tree' | 'in-tree-with-zone';
}

export interface DatabasePlan {
  readonly kind: string;
  readonly container: string;
}

/** All that the steps need; JSON, and stable while the plan waits for its approval. */
export interface RebindWork {
  readonly cluster: string;
  readonly region: string;
  readonly bucket: string;
  readonly namespace: string;
  readonly claim: string;
  /** Uid of the claim that stays; null when it is created anew. */
  readonly claimUid: string | null;
  /** The claim to be created, or null when it stays. */
  readonly newClaim: { readonly desired: PersistentVolumeClaim; readonly replaceUid: string | null } | null;
  /** The claim as the undo creates it; null when there was none, or it was being deleted. */
  readonly undoClaim: PersistentVolumeClaim | null;
  readonly oldVolume: {
    readonly name: string;
    readonly uid: string;
    readonly reclaimPolicy: string;
    readonly definition: PersistentVolume;
  } | null;
  /** Null on the way through a CSI snapshot: there the driver makes the object. */
  readonly volumeObject: VolumeObjectPlan | null;
  readonly source: DataSource;
  readonly workloads: readonly HeldWorkloadPlan[];
  readonly save: readonly KubernetesDefinition[];
  readonly database: DatabasePlan | null;
}

/** What the steps learn. */
export interface RebindMemory {
  /** Counts up when EC2 gave a volume up: its client token is burnt. */
  attempt: number;
  /** EBS id or CSI handle of the volume that the claim is bound to in the end. */
  volumeId: string | null;
  /** Claim that was created, or the surviving one. */
  claimUid: string | null;
  volumeName: string | null;
  snapshotName: string | null;
  definitionsUri: string | null;
}
