/** A kind of the Kubernetes API and where it is served. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function kind(apiVersion: string, name: string, plural: string, scope: 'namespaced' | 'cluster' = 'namespaced'): Kind {
  return { apiVersion, kind: name, plural, namespaced: scope === 'namespaced' };
}

/** The kinds that recoveries read or change. */
export const kinds = {
  namespace: kind('v1', 'Namespace', 'namespaces', 'cluster'),
  node: kind('v1', 'Node', 'nodes', 'cluster'),
  pod: kind('v1', 'Pod', 'pods'),
  event: kind('v1', 'Event', 'events'),
  claim: kind('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  volume: kind('v1', 'PersistentVolume', 'persistentvolumes', 'cluster'),
  replicationController: kind('v1', 'ReplicationController', 'replicationcontrollers'),
  deployment: kind('apps/v1', 'Deployment', 'deployments'),
  statefulSet: kind('apps/v1', 'StatefulSet', 'statefulsets'),
  replicaSet: kind('apps/v1', 'ReplicaSet', 'replicasets'),
  daemonSet: kind('apps/v1', 'DaemonSet', 'daemonsets'),
  job: kind('batch/v1', 'Job', 'jobs'),
  cronJob: kind('batch/v1', 'CronJob', 'cronjobs'),
  autoscaler: kind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  storageClass: kind('storage.k8s.io/v1', 'StorageClass', 'storageclasses', 'cluster'),
  csiDriver: kind('storage.k8s.io/v1', 'CSIDriver', 'csidrivers', 'cluster'),
  attachment: kind('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', 'cluster'),
  volumeSnapshot: kind('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', 'volumesnapshots'),
  volumeSnapshotContent: kind(
    'snapshot.storage.k8s.io/v1',
    'VolumeSnapshotContent',
    'volumesnapshotcontents',
    'cluster',
  ),
  volumeSnapshotClass: kind('snapshot.storage.k8s.io/v1', 'VolumeSnapshotClass', 'volumesnapshotclasses', 'cluster'),
  scaledObject: kind('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects'),
  argoApplication: kind('argoproj.io/v1alpha1', 'Application', 'applications'),
  fluxKustomization: kind('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'kustomizations'),
  fluxHelmRelease: kind('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helmreleases'),
} as const satisfies Record<string, Kind>;

export interface ObjectRef {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
}

/** Path of a collection; of all namespaces when a namespaced kind comes without one. */
export function collectionPath({ apiVersion, plural, namespaced }: Kind, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${plural}`;
}

export function objectPath(kind: Kind, { name, namespace }: ObjectRef): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

/** As people write it: `PersistentVolumeClaim production/data-db-0`. */
export function describeRef(kind: Kind, { name, namespace }: ObjectRef): string {
  return `${kind.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
