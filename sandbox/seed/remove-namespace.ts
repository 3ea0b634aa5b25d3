/** Leaving nothing behind after a test. */
import type { V1PersistentVolume, V1VolumeAttachment } from '@kubernetes/client-node';
import type { SnapshotContent } from '../controllers/csi/snapshot-objects.ts';
import { volumeSource } from '../controllers/csi/volume-source.ts';
import { ebsDriver } from '../controllers/drivers/driver-names.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { ClusterAccess } from './cluster-access.ts';

/**
 * Removes a namespace with all that belonged to it: its PersistentVolumes, volumes and snapshots in EC2 included, whatever their
 * reclaim policy. Safe to repeat.
 */
export async function removeNamespace(access: ClusterAccess, namespace: string): Promise<void> {
  const { api, cloud } = access;
  const volumes = await volumesOf(access, namespace);
  const contents = (await api.list<SnapshotContent>(resources.snapshotContents)).items.filter(
    (content) => content.spec.volumeSnapshotRef.namespace === namespace,
  );
  const snapshotIds = new Set(contents.map((content) => content.status?.snapshotHandle ?? ''));
  await api.delete(resources.namespaces, { name: namespace });
  await waitFor(
    `the end of namespace ${namespace}`,
    async () => (await api.find(resources.namespaces, { name: namespace })) === undefined,
    { timeoutMs: 150_000, intervalMs: 250 },
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
  await waitFor(`volume ${source.handle} to be free`, free, { timeoutMs: 30_000, intervalMs: 200 });
  await cloud.deleteVolume(source.handle);
}
