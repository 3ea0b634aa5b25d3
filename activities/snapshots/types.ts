/** VolumeSnapshot objects (snapshot.storage.k8s.io/v1) for CSI drivers whose snapshots are reached through the cluster. */

export interface SnapshotObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Claim that it was taken of, or null when it is bound to pre-provisioned content. */
  readonly claim: string | null;
  readonly snapshotClass: string | null;
  readonly contentName: string | null;
  readonly readyToUse: boolean;
  /** Bytes, as the driver says; null while not known. */
  readonly restoreSizeBytes: number | null;
  readonly createdAt: string | null;
  /** Message of the controller when it failed, else null. */
  readonly error: string | null;
  readonly madeByRecovery: string | null;
}

export interface SnapshotContent {
  readonly name: string;
  readonly uid: string;
  readonly driver: string;
  readonly deletionPolicy: 'Retain' | 'Delete';
  readonly snapshotHandle: string | null;
  /** Handle of the volume that it was taken of, or null for pre-provisioned content. */
  readonly volumeHandle: string | null;
  readonly sourceVolumeMode: string | null;
  readonly snapshotClass: string | null;
  readonly readyToUse: boolean;
  /** Bytes, as the driver says; null while not known. */
  readonly restoreSizeBytes: number | null;
  readonly createdAt: string | null;
  readonly boundTo: { readonly namespace: string; readonly name: string } | null;
  readonly error: string | null;
  readonly madeByRecovery: string | null;
}

/** One physical snapshot as the cluster knows it: its content, and the object bound to it where there is one. */
export interface ClusterSnapshot {
  readonly content: SnapshotContent;
  readonly object: SnapshotObject | null;
  /** Why it belongs to the claim. */
  readonly matches: readonly ('claim' | 'volume-handle' | 'named')[];
}

export interface ListClusterSnapshotsInput {
  readonly cluster: string;
  readonly claim: { readonly namespace: string; readonly name: string };
  /** CSI handle of the lost volume. */
  readonly volumeHandle?: string | null;
  readonly driver?: string | null;
  /** VolumeSnapshot name, VolumeSnapshotContent name, or snapshot handle that the operator named. */
  readonly named?: string | null;
}

/** `supported: false`: the cluster has no snapshot CRDs. */
export interface ClusterSnapshots {
  readonly supported: boolean;
  /** Newest first. */
  readonly snapshots: readonly ClusterSnapshot[];
}

export interface ImportSnapshotInput {
  readonly cluster: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  readonly namespace: string;
  /** Claim that the data is for; part of the objects' name. */
  readonly claim: string;
  readonly driver: string;
  readonly snapshotHandle: string;
  readonly sourceVolumeMode: 'Filesystem' | 'Block';
  /** Default: the driver's default class, or its only one; drivers read credentials through it. */
  readonly snapshotClass?: string | null;
}

/** Names of the pair that stands for the physical snapshot; use `snapshotName` as the new claim's dataSource. */
export interface ImportedSnapshot {
  readonly contentName: string;
  readonly snapshotName: string;
  readonly namespace: string;
  readonly alreadyThere: boolean;
}

export interface WaitSnapshotInput {
  readonly cluster: string;
  readonly namespace: string;
  readonly snapshotName: string;
  readonly limitSeconds: number;
}

/** `failed` is a result: the controller answered, and waiting longer changes nothing. */
export type SnapshotSettled =
  | { readonly outcome: 'ready'; readonly object: SnapshotObject }
  | { readonly outcome: 'failed'; readonly message: string };

export interface RemoveImportedSnapshotInput {
  readonly cluster: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  readonly namespace: string;
  readonly claim: string;
}

/** The physical snapshot always stays: only the objects that this recovery made go. */
export interface RemovedSnapshotObjects {
  readonly removed: readonly string[];
  readonly alreadyGone: readonly string[];
}

/** Names here are Temporal activity types. */
export interface SnapshotActivities {
  listClusterSnapshots(input: ListClusterSnapshotsInput): Promise<ClusterSnapshots>;
  importClusterSnapshot(input: ImportSnapshotInput): Promise<ImportedSnapshot>;
  waitClusterSnapshotReady(input: WaitSnapshotInput): Promise<SnapshotSettled>;
  removeImportedSnapshot(input: RemoveImportedSnapshotInput): Promise<RemovedSnapshotObjects>;
}
