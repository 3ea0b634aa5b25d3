import { recoveryMarks } from '../kubernetes/marks.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import { importedName } from './names.ts';
import type { ImportSnapshotInput } from './types.ts';

/** The kinds of `snapshot.storage.k8s.io/v1`, as far as they are read or written here. */
export interface VolumeSnapshot extends KubernetesObject {
  readonly spec: {
    readonly source: { readonly persistentVolumeClaimName?: string; readonly volumeSnapshotContentName?: string };
    readonly volumeSnapshotClassName?: string;
  };
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string;
    readonly creationTime?: string;
    readonly readyToUse?: boolean;
    readonly restoreSize?: string;
    readonly error?: { readonly message?: string; readonly time?: string } | null;
  };
}

export interface VolumeSnapshotContent extends KubernetesObject {
  readonly spec: {
    readonly deletionPolicy: 'Retain' | 'Delete';
    readonly driver: string;
    readonly source: { readonly volumeHandle?: string; readonly snapshotHandle?: string };
    readonly sourceVolumeMode?: string;
    readonly volumeSnapshotClassName?: string;
    readonly volumeSnapshotRef: { readonly name?: string; readonly namespace?: string; readonly uid?: string };
  };
  readonly status?: {
    readonly snapshotHandle?: string;
    /** Nanoseconds since 1970. */
    readonly creationTime?: number;
    readonly readyToUse?: boolean;
    /** Bytes. */
    readonly restoreSize?: number;
    readonly error?: { readonly message?: string; readonly time?: string } | null;
  };
}

export interface VolumeSnapshotClass extends KubernetesObject {
  readonly driver: string;
  readonly deletionPolicy: 'Retain' | 'Delete';
}

/**
 * The pair that makes a physical snapshot known to the cluster. `Retain` on the content is what keeps the physical snapshot when
 * the pair is deleted; it is never anything else. The reference comes without a uid: the controller fills it in.
 */
export function importedPair(
  input: ImportSnapshotInput,
  snapshotClass: string | null,
): { readonly content: VolumeSnapshotContent; readonly snapshot: VolumeSnapshot } {
  const name = importedName(input.recoveryId, { namespace: input.namespace, name: input.claim });
  const annotations = recoveryMarks(input);
  const className = snapshotClass === null ? {} : { volumeSnapshotClassName: snapshotClass };
  return {
    content: {
      metadata: { name, annotations },
      spec: {
        deletionPolicy: 'Retain',
        driver: input.driver,
        source: { snapshotHandle: input.snapshotHandle },
        sourceVolumeMode: input.sourceVolumeMode,
        ...className,
        volumeSnapshotRef: { name, namespace: input.namespace },
      },
    },
    snapshot: {
      metadata: { name, namespace: input.namespace, annotations },
      spec: { source: { volumeSnapshotContentName: name }, ...className },
    },
  };
}
