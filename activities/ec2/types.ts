import type { Code } from '../../errors/codes.ts';

/**
 * What the EC2 system tells and takes. Plain JSON: these shapes pass through Temporal's history.
 * Times are ISO 8601 in UTC, sizes GiB, throughput MiB/s.
 */

/** Where an answer came from. "Not found" proves a loss only if account and region are those that the volume lived in. */
export interface AwsVantage {
  readonly accountId: string;
  readonly region: string;
}

/** EC2's volume states. `missing` is ours: EC2 answered InvalidVolume.NotFound. An unknown word of EC2 becomes `unknown`. */
export type VolumeState =
  | 'creating'
  | 'available'
  | 'in-use'
  | 'deleting'
  | 'deleted'
  | 'error'
  | 'missing'
  | 'unknown';

export interface VolumeAttachment {
  readonly instanceId: string;
  readonly device: string;
  readonly state: 'attaching' | 'attached' | 'detaching' | 'detached' | 'busy' | 'unknown';
  readonly attachedAt: string | null;
}

/** Type and performance, which a snapshot does not hold. Null where EC2 did not say. */
export interface VolumeShape {
  readonly type: string;
  readonly iops: number | null;
  readonly throughputMiBps: number | null;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
}

export interface VolumeFacts {
  readonly volumeId: string;
  readonly state: VolumeState;
  readonly vantage: AwsVantage;
  /** EC2's own words when the state is `missing`, for the record of the proof. */
  readonly notFoundMessage: string | null;
  /** Null when the volume is missing. */
  readonly shape: VolumeShape | null;
  readonly zone: string | null;
  readonly createdAt: string | null;
  /** Snapshot that the volume was made from, or null. */
  readonly sourceSnapshotId: string | null;
  readonly attachments: readonly VolumeAttachment[];
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Whether every block was fetched from the snapshot. `available` is not `initialized`: until then first reads are slow.
   * `unknown` where EC2 does not report it.
   */
  readonly initialization: VolumeInitialization;
}

export interface VolumeInitialization {
  readonly state: 'initialized' | 'initializing' | 'unknown';
  /** 0-100, or null where EC2 does not report it. */
  readonly progressPercent: number | null;
}

/** Why a snapshot may belong to the claim; several may hold at once. `named` = the operator named its id. */
export type SnapshotMatch =
  | 'named'
  | 'volume-id'
  | 'csi-snapshot-handle'
  | 'created-for-claim'
  | 'created-for-pv'
  | 'velero-pv';

export type SnapshotState = 'pending' | 'completed' | 'error' | 'recoverable' | 'recovering' | 'missing' | 'unknown';

/** A snapshot as EC2 describes it. */
export interface SnapshotFacts {
  readonly snapshotId: string;
  readonly state: SnapshotState;
  readonly progressPercent: number | null;
  readonly ownerAccountId: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Volume that it was taken of. CopySnapshot results carry an arbitrary id here. */
  readonly volumeId: string | null;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `archive` needs a restore of hours before it can be used. */
  readonly storageTier: 'standard' | 'archive' | 'unknown';
}

export interface SnapshotCandidate extends SnapshotFacts {
  readonly region: string;
  /** Cluster names that its tags carry (`kubernetes.io/cluster/<name>`, `KubernetesCluster`, EKS's); empty = not told. */
  readonly clusters: readonly string[];
  /** Backup of Velero that made it, or null. */
  readonly veleroBackup: string | null;
  /** Never empty. */
  readonly matches: readonly SnapshotMatch[];
}

/** What is known of the claim whose snapshots are sought. Every given field adds a search; none given is an error. */
export interface SnapshotSearch {
  readonly region: string;
  /** Old handle, `vol-...`, from either CSI or in-tree (`aws://zone/vol-...` is accepted). */
  readonly volumeId?: string | null;
  readonly pvName?: string | null;
  readonly claim?: { readonly namespace: string; readonly name: string } | null;
  /** Handles of VolumeSnapshotContents that the cluster knows for this claim. */
  readonly snapshotHandles?: readonly string[];
  /** Snapshot that the operator named; may be owned by another account, which the candidate then tells. */
  readonly snapshotId?: string | null;
}

export interface SnapshotSearchResult {
  readonly vantage: AwsVantage;
  /** Newest first (by `startedAt`); in every state, so that the reason for refusing one can be told. */
  readonly candidates: readonly SnapshotCandidate[];
  /** Named or known ids that EC2 does not know here. */
  readonly missing: readonly string[];
}

export interface CreateVolumeInput {
  readonly region: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  /** Counts up from 1 whenever a volume ended in `error`: a failed creation burns its client token for about 12 hours. */
  readonly attempt: number;
  readonly pvName: string;
  readonly snapshotId: string;
  readonly zone: string;
  readonly sizeGiB: number;
  readonly type: string;
  /** Left to EC2's default of the type when null. */
  readonly iops?: number | null;
  readonly throughputMiBps?: number | null;
  readonly encrypted: boolean;
  /** Null: the key of the snapshot, or the account's default. */
  readonly kmsKeyId?: string | null;
  /** 100-300; null = no paid initialization rate. */
  readonly initializationRateMiBps?: number | null;
  /** EC2 Name tag. */
  readonly name: string;
  /** Tags of the old volume or snapshot worth keeping; those that would confuse the CSI driver or EC2 are dropped. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** `refused` holds what a person must mend first; what passes by itself (throttling, an outage) is thrown and tried again. */
export type CreationRehearsal =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly code: Code; readonly message: string };

export interface CreatedVolume {
  readonly volumeId: string;
  readonly state: VolumeState;
  readonly zone: string;
  readonly attempt: number;
  /** True when an earlier try of this very step had made it already. */
  readonly alreadyThere: boolean;
}

export interface WaitVolumeInput {
  readonly region: string;
  readonly volumeId: string;
  /** Seconds until `not-yet` is thrown. */
  readonly limitSeconds: number;
}

/** How a creation ended. `failed` is a result, because the next attempt is the workflow's decision. */
export type VolumeSettled =
  | { readonly outcome: 'available'; readonly volume: VolumeFacts }
  | {
      readonly outcome: 'failed';
      readonly state: 'error' | 'missing' | 'deleting' | 'deleted';
      readonly volume: VolumeFacts;
    };

export interface DeleteRecoveryVolumeInput {
  readonly region: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  /** Volume to delete; or null to delete all that this recovery made for the PV (and attempt, if given). */
  readonly volumeId: string | null;
  readonly pvName: string;
  readonly attempt?: number;
}

export interface DeletedVolumes {
  readonly deleted: readonly string[];
  readonly alreadyGone: readonly string[];
}

/** Names here are Temporal activity types. */
export interface Ec2Activities {
  /** A missing volume is an answer (`state: 'missing'`), not an error. Also used to verify a recovered volume. */
  readVolume(input: { readonly region: string; readonly volumeId: string }): Promise<VolumeFacts>;
  findSnapshots(input: SnapshotSearch): Promise<SnapshotSearchResult>;
  /** What EC2 would answer to the creation (permission, zone, type, snapshot), without making anything. */
  rehearseCreateVolume(input: CreateVolumeInput): Promise<CreationRehearsal>;
  createVolumeFromSnapshot(input: CreateVolumeInput): Promise<CreatedVolume>;
  waitVolumeAvailable(input: WaitVolumeInput): Promise<VolumeSettled>;
  deleteRecoveryVolume(input: DeleteRecoveryVolumeInput): Promise<DeletedVolumes>;
}
