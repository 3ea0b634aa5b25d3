import type { PersistentVolume, PersistentVolumeClaim } from '../../activities/kubernetes/objects.ts';

/** Annotations of a bound claim. In a new one they would make it `Lost`, or tie it to a node that may be gone (facts section 3). */
const bindingAnnotations: ReadonlySet<string> = new Set([
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.kubernetes.io/selected-node',
  'volume.kubernetes.io/storage-provisioner',
  'volume.beta.kubernetes.io/storage-provisioner',
]);

/** What is asked for beside what the definition says. */
export interface ClaimBinding {
  /** Volume object that the claim names; absent: its driver makes one. */
  readonly volumeName?: string;
  /** VolumeSnapshot that its driver fills the volume from. */
  readonly snapshotName?: string;
  readonly storage?: string;
}

/** The claim of a definition as it is created anew: unbound, without owner, finalizer or status. Pure. */
export function claimToCreate(definition: PersistentVolumeClaim, binding: ClaimBinding): PersistentVolumeClaim {
  const { name, namespace = '', labels, annotations = {} } = definition.metadata;
  const { volumeName: _volume, dataSource: _source, dataSourceRef: _reference, ...spec } = definition.spec;
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !bindingAnnotations.has(key)));
  const { volumeName, snapshotName, storage } = binding;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      ...(Object.keys(kept).length > 0 && { annotations: kept }),
    },
    spec: {
      ...spec,
      ...(volumeName !== undefined && { volumeName }),
      ...(snapshotName !== undefined && {
        dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: snapshotName },
      }),
      ...(storage !== undefined && {
        resources: { ...spec.resources, requests: { ...spec.resources?.requests, storage } },
      }),
    },
  };
}

/** A claim that would take this volume object, where no definition of the claim is left. Pure. */
export function claimFromVolume(volume: PersistentVolume, namespace: string, name: string): PersistentVolumeClaim {
  const { accessModes = ['ReadWriteOnce'], storageClassName, volumeMode, capacity } = volume.spec;
  return claimFromNothing(namespace, name, {
    accessModes,
    storage: capacity?.storage ?? '1Gi',
    ...(storageClassName !== undefined && { storageClassName }),
    ...(volumeMode !== undefined && { volumeMode }),
  });
}

export function claimFromNothing(
  namespace: string,
  name: string,
  known: {
    readonly accessModes: readonly string[];
    readonly storage: string;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
  },
): PersistentVolumeClaim {
  const { accessModes, storage, storageClassName, volumeMode } = known;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: {
      accessModes,
      resources: { requests: { storage } },
      ...(storageClassName !== undefined && { storageClassName }),
      ...(volumeMode !== undefined && { volumeMode }),
    },
  };
}
