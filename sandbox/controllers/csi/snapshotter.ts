/** The external snapshotter: VolumeSnapshotContents become snapshots of their driver. */
import type { ClusterView } from '../cluster-view.ts';
import { resources } from '../kubernetes/resource.ts';
import { type LookAgain, WorkQueue } from '../work-queue.ts';
import { beingDeletedAnnotation, contentFinalizer, type SnapshotContent } from './snapshot-objects.ts';
import { type CreatedSnapshot, type StorageDriver, StorageError } from './storage-driver.ts';

const pollMs = 500;

export function createSnapshotter(view: ClusterView): { stop(): void } {
  const { api, report } = view;
  const queue = new WorkQueue({ name: 'snapshot content', workers: 8, report }, reconcile);
  view.snapshotContents.onChange((key) => queue.add(key));
  view.snapshots.onChange((_key, now, before) => {
    const name = (now ?? before)?.status?.boundVolumeSnapshotContentName;
    if (now === undefined && name !== undefined) queue.add(name);
  });
  return { stop: () => queue.stop() };

  async function reconcile(name: string): Promise<LookAgain> {
    const content = view.snapshotContents.get(name);
    const driver = view.drivers.get(content?.spec.driver ?? '');
    if (content === undefined || driver === undefined) return;
    if (content.metadata?.deletionTimestamp) {
      await remove(content, driver);
      return;
    }
    if (content.status?.readyToUse === true) return;
    try {
      const snapshot = await take(content, driver);
      await setStatus(name, {
        snapshotHandle: snapshot.handle,
        creationTime: snapshot.createdAt.getTime() * 1e6,
        restoreSize: snapshot.sizeBytes,
        readyToUse: snapshot.ready,
        error: null,
      });
      return snapshot.ready ? undefined : { afterMs: pollMs };
    } catch (error) {
      const { message } = error as Error;
      if (content.status?.error?.message !== message) {
        await setStatus(name, { readyToUse: false, error: { time: new Date().toISOString(), message } });
      }
      throw error;
    }
  }

  async function take(content: SnapshotContent, driver: StorageDriver): Promise<CreatedSnapshot> {
    const { source, volumeSnapshotRef } = content.spec;
    const handle = content.status?.snapshotHandle ?? source.snapshotHandle;
    if (handle !== undefined) {
      const found = await driver.findSnapshot(handle);
      if (found === undefined) throw new StorageError('NotFound', `snapshot ${handle} not found`);
      return found;
    }
    return driver.createSnapshot(`snapshot-${volumeSnapshotRef.uid}`, source.volumeHandle ?? '', {
      'kubernetes.io/created-for/volumesnapshot/name': volumeSnapshotRef.name ?? '',
      'kubernetes.io/created-for/volumesnapshot/namespace': volumeSnapshotRef.namespace ?? '',
      'kubernetes.io/created-for/volumesnapshotcontent/name': content.metadata?.name ?? '',
    });
  }

  /** The physical snapshot goes only with policy Delete; while the bound VolumeSnapshot lives, the content stays. */
  async function remove(content: SnapshotContent, driver: StorageDriver): Promise<void> {
    if (!content.metadata?.finalizers?.includes(contentFinalizer)) return;
    const { name, namespace, uid } = content.spec.volumeSnapshotRef;
    const bound = view.snapshots.get(`${namespace}/${name}`);
    const boundLives = bound !== undefined && bound.metadata?.uid === uid && !bound.metadata?.deletionTimestamp;
    if (boundLives && content.metadata.annotations?.[beingDeletedAnnotation] !== 'yes') return;
    const handle = content.status?.snapshotHandle;
    if (content.spec.deletionPolicy === 'Delete' && handle !== undefined) await driver.deleteSnapshot(handle);
    await api.removeFinalizers(resources.snapshotContents, content, contentFinalizer);
  }

  async function setStatus(name: string, status: object): Promise<void> {
    await api.patch(resources.snapshotContents, { name }, { status }, { subresource: 'status' });
  }
}
