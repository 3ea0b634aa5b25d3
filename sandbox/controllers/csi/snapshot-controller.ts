/** The snapshot controller: binds VolumeSnapshots to VolumeSnapshotContents and tells their state. */
import type { ClusterView } from '../cluster-view.ts';
import { keyOf, nameOf } from '../kubernetes/object-store.ts';
import { resources } from '../kubernetes/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import { quantityOf } from './quantity.ts';
import {
  beingDeletedAnnotation,
  contentFinalizer,
  defaultClassAnnotation,
  type Snapshot,
  type SnapshotClass,
  type SnapshotContent,
  snapshotFinalizers,
} from './snapshot-objects.ts';
import { volumeSource } from './volume-source.ts';

/** A reason that the snapshot's owner must see in its status. */
class SnapshotRefusal extends Error {
  override readonly name = 'SnapshotRefusal';
}

export function createSnapshotController(view: ClusterView): { stop(): void } {
  const { api, report } = view;
  const queue = new WorkQueue({ name: 'snapshot', workers: 8, report }, reconcile);
  view.snapshots.onChange((key) => queue.add(key));
  view.snapshotContents.onChange((_key, now, before) => {
    const reference = (now ?? before)?.spec.volumeSnapshotRef;
    if (reference?.name) queue.add(`${reference.namespace}/${reference.name}`);
  });
  return { stop: () => queue.stop() };

  async function reconcile(key: string): Promise<void> {
    const snapshot = view.snapshots.get(key);
    if (snapshot === undefined) return;
    if (snapshot.metadata?.deletionTimestamp) return remove(snapshot);
    try {
      const content = snapshot.spec.source.volumeSnapshotContentName
        ? await bindExisting(snapshot, snapshot.spec.source.volumeSnapshotContentName)
        : await createContent(snapshot);
      await api.addFinalizers(resources.snapshots, snapshot, ...snapshotFinalizers);
      await showState(snapshot, content);
    } catch (error) {
      if (error instanceof SnapshotRefusal) {
        const problem = { time: new Date().toISOString(), message: error.message };
        if (snapshot.status?.error?.message !== error.message) {
          await setStatus(snapshot, { readyToUse: false, error: problem });
        }
      }
      throw error;
    }
  }

  async function createContent(snapshot: Snapshot): Promise<SnapshotContent> {
    const name = `snapcontent-${snapshot.metadata?.uid}`;
    const known = view.snapshotContents.get(name);
    if (known !== undefined) return known;
    const claimName = snapshot.spec.source.persistentVolumeClaimName ?? '';
    const claim = view.claims.get(`${snapshot.metadata?.namespace}/${claimName}`);
    if (claim === undefined) throw new SnapshotRefusal(`snapshot source PVC ${claimName} not found`);
    const volume = view.volumes.get(claim.spec?.volumeName ?? '');
    const source = volumeSource(volume?.spec);
    if (claim.status?.phase !== 'Bound' || volume === undefined || source === undefined) {
      throw new SnapshotRefusal(`the PVC ${claimName} is not yet bound to a PV`);
    }
    const snapshotClass = classOf(snapshot, source.driver);
    const className = snapshotClass.metadata?.name ?? '';
    if (snapshotClass.driver !== source.driver) {
      throw new SnapshotRefusal(`class ${className} is of ${snapshotClass.driver}, the volume of ${source.driver}`);
    }
    if (snapshot.spec.volumeSnapshotClassName === undefined) {
      await api.patch(resources.snapshots, nameOf(keyOf(snapshot)), { spec: { volumeSnapshotClassName: className } });
    }
    return api.ensure<SnapshotContent>(resources.snapshotContents, {
      metadata: { name, finalizers: [contentFinalizer] },
      spec: {
        deletionPolicy: snapshotClass.deletionPolicy,
        driver: source.driver,
        source: { volumeHandle: source.handle },
        sourceVolumeMode: volume.spec?.volumeMode ?? 'Filesystem',
        volumeSnapshotClassName: className,
        volumeSnapshotRef: referenceTo(snapshot),
      },
    });
  }

  function classOf(snapshot: Snapshot, driver: string): SnapshotClass {
    const named = snapshot.spec.volumeSnapshotClassName;
    if (named !== undefined) {
      const found = view.snapshotClasses.get(named);
      if (found === undefined) throw new SnapshotRefusal(`VolumeSnapshotClass ${named} not found`);
      return found;
    }
    const defaults = view.snapshotClasses
      .list()
      .filter((entry) => entry.driver === driver && entry.metadata?.annotations?.[defaultClassAnnotation] === 'true');
    if (defaults[0] === undefined || defaults.length > 1) {
      throw new SnapshotRefusal(`${defaults.length} default VolumeSnapshotClasses for driver ${driver}`);
    }
    return defaults[0];
  }

  async function bindExisting(snapshot: Snapshot, contentName: string): Promise<SnapshotContent> {
    const content = view.snapshotContents.get(contentName);
    if (content === undefined) throw new SnapshotRefusal(`snapshot controller failed to find content ${contentName}`);
    const { name, namespace, uid } = content.spec.volumeSnapshotRef;
    const mine = snapshot.metadata;
    if (
      name !== mine?.name ||
      namespace !== mine?.namespace ||
      (uid !== undefined && uid !== '' && uid !== mine?.uid)
    ) {
      throw new SnapshotRefusal(
        `content ${contentName} is bound to the VolumeSnapshot ${namespace}/${name}, uid ${uid}`,
      );
    }
    if (uid) return content;
    return api.patch<SnapshotContent>(
      resources.snapshotContents,
      { name: contentName },
      {
        metadata: {
          resourceVersion: content.metadata?.resourceVersion,
          finalizers: [...new Set([...(content.metadata?.finalizers ?? []), contentFinalizer])],
        },
        spec: { volumeSnapshotRef: { uid: mine?.uid } },
      },
    );
  }

  async function showState(snapshot: Snapshot, content: SnapshotContent): Promise<void> {
    const { status } = content;
    const created = status?.creationTime;
    const wanted: Snapshot['status'] = {
      boundVolumeSnapshotContentName: content.metadata?.name ?? '',
      readyToUse: status?.readyToUse ?? false,
      ...(created === undefined ? {} : { creationTime: `${new Date(created / 1e6).toISOString().slice(0, 19)}Z` }),
      ...(status?.restoreSize === undefined ? {} : { restoreSize: quantityOf(status.restoreSize) }),
    };
    const problem = status?.error ?? undefined;
    const same = Object.entries(wanted).every(([field, value]) => Reflect.get(snapshot.status ?? {}, field) === value);
    if (same && snapshot.status?.error?.message === problem?.message) return;
    await setStatus(snapshot, { ...wanted, error: problem ?? null });
  }

  /** The content goes with its snapshot or stays, as its deletion policy says; the snapshot waits for it. */
  async function remove(snapshot: Snapshot): Promise<void> {
    const uid = snapshot.metadata?.uid;
    const content = view.snapshotContents.list().find((entry) => entry.spec.volumeSnapshotRef.uid === uid);
    if (content?.metadata?.name !== undefined) {
      const name = { name: content.metadata.name };
      if (content.metadata.annotations?.[beingDeletedAnnotation] !== 'yes') {
        await api.patch(resources.snapshotContents, name, {
          metadata: { annotations: { [beingDeletedAnnotation]: 'yes' } },
        });
      }
      if (content.spec.deletionPolicy === 'Delete') {
        if (!content.metadata.deletionTimestamp) await api.delete(resources.snapshotContents, name);
        return;
      }
    }
    await api.removeFinalizers(resources.snapshots, snapshot, ...snapshotFinalizers);
  }

  async function setStatus(snapshot: Snapshot, status: object): Promise<void> {
    await api.patch(resources.snapshots, nameOf(keyOf(snapshot)), { status }, { subresource: 'status' });
  }
}

function referenceTo(snapshot: Snapshot) {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = snapshot.metadata ?? {};
  return { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', name, namespace, uid, resourceVersion };
}
