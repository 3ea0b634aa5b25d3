/** Leaving nothing behind after a test. */
import type { V1PersistentVolume, V1VolumeAttachment } from '@kubernetes/client-node';
import type { SnapshotContent } from '../controllers/csi/snapshot-objects.ts';
import { volumeSource } from '../controllers/csi/volume-source.ts';
import { ebsDriver } from '../controllers/drivers/driver-names.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** How a removal waits: a namespace with thousands of pods needs longer, and each look at it costs more. */
export interface RemovalPatience {
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

const usualPatience: RemovalPatience = { timeoutMs: 150_000, intervalMs: 250 };

/**
 * Removes a namespace with all that belonged to it: its PersistentVolumes, volumes and snapshots in EC2 included, whatever their
 * reclaim policy. Safe to repeat.
 */
export async function removeNamespace(
  access: ClusterAccess,
  namespace: string,
  patience: RemovalPatience = usualPatience,
): Promise<void> {
  const { api, cloud } = access;
  const volumes = await volumesOf(access, namespace);
  const contents = (await api.list<SnapshotContent>(resources.snapshotContents)).items.filter(
    (content) => content.spec.volumeSnapshotRef.namespace === namespace,
  );
  const snapshotIds = new Set(contents.map((content) => content.status?.snapshotHandle ?? ''));
  await endWorkloads(access, namespace, volumes, patience);
  await api.delete(resources.namespaces, { name: namespace });
  await waitFor(
    `the end of namespace ${namespace}`,
    async () => (await api.find(resources.namespaces, { name: namespace })) === undefined,
    patience,
  );
  for (const content of contents) {
    await api.delete(resources.snapshotContents, { name: content.metadata?.name ?? '' });
  }
  for (const volume of volumes) await removeVolume(access, volume);
  const tags = { 'tag:kubernetes.io/created-for/pvc/namespace': namespace };
  for (const snapshot of await cloud.snapshots(tags)) snapshotIds.add(snapshot.SnapshotId ?? '');
  for (const id of snapshotIds) if (id.startsWith('snap-')) await cloud.deleteSnapshot(id);
  for (const volume of await cloud.volumes(tags)) {
    if (volume.State === 'available' || volume.State === 'error') await cloud.deleteVolume(volume.VolumeId ?? '');
  }
}

/**
 * First the workloads, while their claims are there: of a pod whose claim goes at the same time the attach-detach controller
 * does not know the volume any more, and detaches it only with its next round, up to a minute later.
 */
async function endWorkloads(
  { api }: ClusterAccess,
  namespace: string,
  volumes: readonly V1PersistentVolume[],
  patience: RemovalPatience,
): Promise<void> {
  for (const resource of [resources.statefulSets, resources.deployments, resources.daemonSets]) {
    const { items } = await api.list(resource, { namespace });
    for (const { metadata } of items) await api.delete(resource, { name: metadata?.name ?? '', namespace });
  }
  const { items: pods } = await api.list(resources.pods, { namespace });
  for (const { metadata } of pods.filter((pod) => pod.metadata?.ownerReferences === undefined)) {
    await api.delete(resources.pods, { name: metadata?.name ?? '', namespace });
  }
  const names = new Set(volumes.map(({ metadata }) => metadata?.name));
  await waitFor(
    `the end of the pods of ${namespace}`,
    async () => {
      const left = await api.list(resources.pods, { namespace });
      if (left.items.length > 0) return false;
      const { items } = await api.list<V1VolumeAttachment>(resources.attachments);
      return !items.some(({ spec }) => names.has(spec.source.persistentVolumeName));
    },
    patience,
  );
}

async function volumesOf({ api }: ClusterAccess, namespace: string): Promise<V1PersistentVolume[]> {
  const { items } = await api.list<V1PersistentVolume>(resources.volumes);
  return items.filter((volume) => volume.spec?.claimRef?.namespace === namespace);
}

async function removeVolume({ api, cloud }: ClusterAccess, volume: V1PersistentVolume): Promise<void> {
  const name = volume.metadata?.name ?? '';
  await waitFor(
    `the detachment of ${name}`,
    async () => {
      const { items } = await api.list<V1VolumeAttachment>(resources.attachments);
      return !items.some((attachment) => attachment.spec.source.persistentVolumeName === name);
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
  await api.delete(resources.volumes, { name });
  const source = volumeSource(volume.spec);
  if (source?.driver !== ebsDriver) return;
  const free = async () => {
    const found = await cloud.volume(source.handle);
    return found === undefined || found.State !== 'in-use';
  };
  await waitFor(`volume ${source.handle} to be free`, free, { timeoutMs: 90_000, intervalMs: 200 });
  await cloud.deleteVolume(source.handle);
}
