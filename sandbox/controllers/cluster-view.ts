/** The live copies of the objects that the controllers look at, and what they share. */
import type {
  KubernetesObject,
  V1CSINode,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StorageClass,
  V1VolumeAttachment,
} from '@kubernetes/client-node';
import type { Snapshot, SnapshotClass, SnapshotContent } from './csi/snapshot-objects.ts';
import type { StorageDriver } from './csi/storage-driver.ts';
import type { KubernetesApi } from './kubernetes/kubernetes-api.ts';
import { ObjectStore } from './kubernetes/object-store.ts';
import { type Resource, resources } from './kubernetes/resource.ts';

export interface ClusterView {
  readonly cluster: string;
  readonly api: KubernetesApi;
  readonly drivers: ReadonlyMap<string, StorageDriver>;
  readonly report: (line: string) => void;
  readonly nodes: ObjectStore<V1Node>;
  readonly csiNodes: ObjectStore<V1CSINode>;
  readonly pods: ObjectStore<V1Pod>;
  readonly claims: ObjectStore<V1PersistentVolumeClaim>;
  readonly volumes: ObjectStore<V1PersistentVolume>;
  readonly attachments: ObjectStore<V1VolumeAttachment>;
  readonly storageClasses: ObjectStore<V1StorageClass>;
  readonly snapshots: ObjectStore<Snapshot>;
  readonly snapshotContents: ObjectStore<SnapshotContent>;
  readonly snapshotClasses: ObjectStore<SnapshotClass>;
}

export interface ViewOptions {
  readonly cluster: string;
  readonly api: KubernetesApi;
  readonly drivers: readonly StorageDriver[];
  readonly report: (line: string) => void;
}

export function createView({ cluster, api, drivers, report }: ViewOptions): ClusterView {
  function store<T extends KubernetesObject>(resource: Resource): ObjectStore<T> {
    return new ObjectStore<T>(api, resource, report);
  }
  return {
    cluster,
    api,
    drivers: new Map(drivers.map((driver) => [driver.name, driver])),
    report,
    nodes: store(resources.nodes),
    csiNodes: store(resources.csiNodes),
    pods: store(resources.pods),
    claims: store(resources.claims),
    volumes: store(resources.volumes),
    attachments: store(resources.attachments),
    storageClasses: store(resources.storageClasses),
    snapshots: store(resources.snapshots),
    snapshotContents: store(resources.snapshotContents),
    snapshotClasses: store(resources.snapshotClasses),
  };
}

/** Follows all of them until `signal` is aborted. */
export async function runView(view: ClusterView, signal: AbortSignal): Promise<void> {
  const { nodes, csiNodes, pods, claims, volumes, attachments, storageClasses } = view;
  const { snapshots, snapshotContents, snapshotClasses } = view;
  const builtIn = [nodes, csiNodes, pods, claims, volumes, attachments, storageClasses];
  await Promise.all([...builtIn, snapshots, snapshotContents, snapshotClasses].map((entry) => entry.run(signal)));
}

/** True once every collection that is part of Kubernetes itself has been read; the snapshot kinds may come later. */
export function viewIsReady(view: ClusterView): boolean {
  const { nodes, csiNodes, pods, claims, volumes, attachments, storageClasses } = view;
  return [nodes, csiNodes, pods, claims, volumes, attachments, storageClasses].every((entry) => entry.ready);
}
