/** The kinds that the sandbox works with, and their addresses in the Kubernetes API. */

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function resource(apiVersion: string, kind: string, plural: string, namespaced = true): Resource {
  return { apiVersion, kind, plural, namespaced };
}

const snapshots = 'snapshot.storage.k8s.io/v1';

export const resources = {
  namespaces: resource('v1', 'Namespace', 'namespaces', false),
  nodes: resource('v1', 'Node', 'nodes', false),
  pods: resource('v1', 'Pod', 'pods'),
  claims: resource('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  volumes: resource('v1', 'PersistentVolume', 'persistentvolumes', false),
  secrets: resource('v1', 'Secret', 'secrets'),
  configMaps: resource('v1', 'ConfigMap', 'configmaps'),
  services: resource('v1', 'Service', 'services'),
  events: resource('v1', 'Event', 'events'),
  statefulSets: resource('apps/v1', 'StatefulSet', 'statefulsets'),
  deployments: resource('apps/v1', 'Deployment', 'deployments'),
  autoscalers: resource('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  daemonSets: resource('apps/v1', 'DaemonSet', 'daemonsets'),
  budgets: resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  priorityClasses: resource('scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false),
  storageClasses: resource('storage.k8s.io/v1', 'StorageClass', 'storageclasses', false),
  csiDrivers: resource('storage.k8s.io/v1', 'CSIDriver', 'csidrivers', false),
  csiNodes: resource('storage.k8s.io/v1', 'CSINode', 'csinodes', false),
  attachments: resource('storage.k8s.io/v1', 'VolumeAttachment', 'volumeattachments', false),
  customResourceDefinitions: resource(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    false,
  ),
  snapshots: resource(snapshots, 'VolumeSnapshot', 'volumesnapshots'),
  snapshotContents: resource(snapshots, 'VolumeSnapshotContent', 'volumesnapshotcontents', false),
  snapshotClasses: resource(snapshots, 'VolumeSnapshotClass', 'volumesnapshotclasses', false),
  execs: resource('kwok.x-k8s.io/v1alpha1', 'Exec', 'execs'),
} as const satisfies Record<string, Resource>;

export interface ObjectName {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
}

/** The path of a collection; of all namespaces when `namespace` is absent. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${root}${scope}/${resource.plural}`;
}

export function objectPath(resource: Resource, { name, namespace }: ObjectName): string {
  if (resource.namespaced && namespace === undefined) throw new Error(`${resource.kind} ${name} needs a namespace`);
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}
