/** The kinds of `snapshot.storage.k8s.io/v1`, as far as they are used here. */
import type { KubernetesObject, V1ObjectReference } from '@kubernetes/client-node';

export type DeletionPolicy = 'Delete' | 'Retain';

export interface SnapshotProblem {
  readonly time?: string;
  readonly message?: string;
}

export interface SnapshotClass extends KubernetesObject {
  readonly driver: string;
  readonly deletionPolicy: DeletionPolicy;
  readonly parameters?: Record<string, string>;
}

export interface Snapshot extends KubernetesObject {
  readonly spec: {
    readonly source: { readonly persistentVolumeClaimName?: string; readonly volumeSnapshotContentName?: string };
    readonly volumeSnapshotClassName?: string;
  };
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string;
    readonly creationTime?: string;
    readonly readyToUse?: boolean;
    readonly restoreSize?: string;
    readonly error?: SnapshotProblem | null;
  };
}

export interface SnapshotContent extends KubernetesObject {
  readonly spec: {
    readonly deletionPolicy: DeletionPolicy;
    readonly driver: string;
    readonly source: { readonly volumeHandle?: string; readonly snapshotHandle?: string };
    readonly sourceVolumeMode?: string;
    readonly volumeSnapshotClassName?: string;
    readonly volumeSnapshotRef: V1ObjectReference;
  };
  readonly status?: {
    readonly snapshotHandle?: string;
    /** Nanoseconds since 1970. */
    readonly creationTime?: number;
    readonly readyToUse?: boolean;
    /** Bytes. */
    readonly restoreSize?: number;
    readonly error?: SnapshotProblem | null;
  };
}

export const snapshotGroup = 'snapshot.storage.k8s.io';
export const defaultClassAnnotation = 'snapshot.storage.kubernetes.io/is-default-class';
export const beingDeletedAnnotation = 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted';
export const contentFinalizer = 'snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection';
export const snapshotFinalizers = [
  'snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection',
  'snapshot.storage.kubernetes.io/volumesnapshot-bound-protection',
] as const;
