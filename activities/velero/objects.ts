import type { KubernetesObject } from '../kubernetes/port.ts';

/** Velero's objects, in the fields that are read here. */
export interface RunStatus {
  readonly phase?: string;
  readonly failureReason?: string;
  readonly validationErrors?: readonly string[];
  readonly startTimestamp?: string;
  readonly completionTimestamp?: string;
  readonly errors?: number;
  readonly warnings?: number;
  readonly hookStatus?: { readonly hooksAttempted?: number; readonly hooksFailed?: number };
}

export interface BackupObject extends KubernetesObject {
  readonly spec: Readonly<Record<string, unknown>> & { readonly storageLocation?: string };
  readonly status?: RunStatus & {
    readonly expiration?: string;
    readonly progress?: { readonly totalItems?: number; readonly itemsBackedUp?: number };
    readonly volumeSnapshotsAttempted?: number;
    readonly volumeSnapshotsCompleted?: number;
  };
}

export interface RestoreObject extends KubernetesObject {
  readonly spec: Readonly<Record<string, unknown>> & { readonly backupName?: string };
  readonly status?: RunStatus & {
    readonly progress?: { readonly totalItems?: number; readonly itemsRestored?: number };
  };
}

export interface StorageLocationObject extends KubernetesObject {
  readonly spec: {
    readonly provider: string;
    readonly default?: boolean;
    readonly accessMode?: string;
    /** Go duration; absent: Velero's default, one minute. */
    readonly validationFrequency?: string;
    readonly objectStorage?: { readonly bucket: string; readonly prefix?: string };
  };
  readonly status?: {
    readonly phase?: string;
    readonly lastValidationTime?: string;
    readonly lastSyncedTime?: string;
    readonly message?: string;
  };
}

export interface ServerStatusObject extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly serverVersion?: string;
    readonly plugins?: readonly { readonly name: string; readonly kind: string }[];
  };
}

export interface DownloadRequestObject extends KubernetesObject {
  readonly status?: { readonly phase?: string; readonly downloadURL?: string };
}
