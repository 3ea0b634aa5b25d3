/** The external provisioner: claims become volumes, released volumes of reclaim policy Delete go. */
import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { ClusterView } from '../cluster-view.ts';
import { inTreeEbs } from '../drivers/driver-names.ts';
import { recordEvent } from '../kubernetes/events.ts';
import { isAlreadyExists } from '../kubernetes/kubernetes-error.ts';
import { keyOf } from '../kubernetes/object-store.ts';
import { resources } from '../kubernetes/resource.ts';
import { zoneLabel } from '../nodes/node-objects.ts';
import { type LookAgain, WorkQueue } from '../work-queue.ts';
import { bytesOf } from './quantity.ts';
import { snapshotGroup } from './snapshot-objects.ts';
import { type StorageDriver, StorageError } from './storage-driver.ts';
import { provisionedBy, provisionerFinalizer, volumeName, volumeObject } from './volume-object.ts';
import { volumeSource } from './volume-source.ts';

const selectedNode = 'volume.kubernetes.io/selected-node';
const storageProvisioner = 'volume.kubernetes.io/storage-provisioner';

export function createProvisioner(view: ClusterView): { stop(): void } {
  const { api, report } = view;
  const claims = new WorkQueue({ name: 'provision', workers: 64, report }, provision);
  const volumes = new WorkQueue({ name: 'reclaim', workers: 64, report }, reclaim);
  view.claims.onChange((key) => claims.add(key));
  view.volumes.onChange((key, now) => now && volumes.add(key));
  view.attachments.onChange((_key, now, before) => {
    const name = before?.spec.source.persistentVolumeName;
    if (now === undefined && name !== undefined) volumes.add(name);
  });
  return {
    stop() {
      claims.stop();
      volumes.stop();
    },
  };

  async function provision(key: string): Promise<LookAgain> {
    const claim = view.claims.get(key);
    if (claim === undefined || claim.metadata?.deletionTimestamp || claim.spec?.volumeName) return;
    const driver = view.drivers.get(claim.metadata?.annotations?.[storageProvisioner] ?? '');
    const storageClass = view.storageClasses.get(claim.spec?.storageClassName ?? '');
    if (driver === undefined || storageClass === undefined) return;
    if (view.volumes.get(volumeName(claim)) !== undefined) return;
    const waits = storageClass.volumeBindingMode === 'WaitForFirstConsumer';
    const chosen = claim.metadata?.annotations?.[selectedNode];
    if (waits && chosen === undefined) return;
    if (chosen !== undefined && view.nodes.get(chosen) === undefined) {
      // The node went before its volume was made: hand the claim back to the scheduler.
      await patchAnnotation(claim, selectedNode, null);
      return;
    }
    try {
      const zone = chosen === undefined ? anyZone(key) : view.nodes.get(chosen)?.metadata?.labels?.[zoneLabel];
      const volume = await driver.createVolume({
        name: volumeName(claim),
        claim: { name: claim.metadata?.name ?? '', namespace: claim.metadata?.namespace ?? '' },
        sizeBytes: bytesOf(claim.spec?.resources?.requests?.storage ?? ''),
        parameters: storageClass.parameters ?? {},
        zone,
        snapshotHandle: await dataSource(claim, driver),
      });
      const inTree = storageClass.provisioner === inTreeEbs;
      await createOnce(volumeObject({ claim, storageClass, volume, driver: driver.name, inTree }));
    } catch (error) {
      await recordEvent(api, resources.claims, claim, {
        type: 'Warning',
        reason: 'ProvisioningFailed',
        message: `failed to provision volume with StorageClass "${storageClass.metadata?.name}": ${(error as Error).message}`,
        component: driver.name,
      });
      if (chosen !== undefined && error instanceof StorageError && error.code === 'ResourceExhausted') {
        await patchAnnotation(claim, selectedNode, null);
      }
      throw error;
    }
  }

  async function createOnce(volume: V1PersistentVolume): Promise<void> {
    try {
      await api.create(resources.volumes, volume);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  function patchAnnotation(claim: V1PersistentVolumeClaim, annotation: string, value: string | null): Promise<unknown> {
    const { name = '', namespace } = claim.metadata ?? {};
    const body = {
      metadata: { annotations: { [annotation]: value }, resourceVersion: claim.metadata?.resourceVersion },
    };
    return api.patch(resources.claims, { name, namespace }, body);
  }

  function anyZone(key: string): string | undefined {
    const zones = [...new Set(view.nodes.list().map((node) => node.metadata?.labels?.[zoneLabel] ?? ''))].sort();
    const sum = [...key].reduce((total, letter) => total + letter.charCodeAt(0), 0);
    return zones[sum % Math.max(1, zones.length)];
  }

  /** The handle of the snapshot that the claim wants to start from, or undefined for an empty volume. */
  async function dataSource(claim: V1PersistentVolumeClaim, driver: StorageDriver): Promise<string | undefined> {
    const source = claim.spec?.dataSource ?? claim.spec?.dataSourceRef;
    if (source === undefined) return undefined;
    if (source.kind !== 'VolumeSnapshot' || source.apiGroup !== snapshotGroup) {
      throw new StorageError('InvalidArgument', `data source of kind ${source.kind} is not supported`);
    }
    const snapshot = view.snapshots.get(`${claim.metadata?.namespace}/${source.name}`);
    const content = view.snapshotContents.get(snapshot?.status?.boundVolumeSnapshotContentName ?? '');
    if (snapshot?.status?.readyToUse !== true || content?.status?.snapshotHandle === undefined) {
      throw new StorageError('Unavailable', `snapshot ${source.name} is not ready to use`);
    }
    if (content.spec.volumeSnapshotRef.uid !== snapshot.metadata?.uid) {
      throw new StorageError('InvalidArgument', `snapshot ${source.name} is not bound to ${content.metadata?.name}`);
    }
    if (content.spec.driver !== driver.name) {
      throw new StorageError(
        'InvalidArgument',
        `snapshot ${source.name} is of ${content.spec.driver}, not ${driver.name}`,
      );
    }
    const wanted = bytesOf(claim.spec?.resources?.requests?.storage ?? '');
    if (wanted < (content.status.restoreSize ?? 0)) {
      throw new StorageError(
        'OutOfRange',
        `requested volume size ${wanted} is less than the size of snapshot ${source.name}`,
      );
    }
    return content.status.snapshotHandle;
  }

  async function reclaim(name: string): Promise<LookAgain> {
    const volume = view.volumes.get(name);
    const source = volumeSource(volume?.spec);
    const driver = view.drivers.get(source?.driver ?? '');
    if (volume === undefined || source === undefined || driver === undefined || !provisionedBy(volume, driver.name))
      return;
    const policy = volume.spec?.persistentVolumeReclaimPolicy;
    if (policy === 'Retain') {
      await api.removeFinalizers(resources.volumes, volume, provisionerFinalizer);
      return;
    }
    const finalized = volume.metadata?.finalizers?.includes(provisionerFinalizer) ?? false;
    if (policy !== 'Delete') return;
    if (!volume.metadata?.deletionTimestamp && !finalized) {
      await api.addFinalizers(resources.volumes, volume, provisionerFinalizer);
      return;
    }
    if (volume.status?.phase !== 'Released' || (volume.metadata?.deletionTimestamp && !finalized)) return;
    const attached = view.attachments.list().find((entry) => entry.spec.source.persistentVolumeName === name);
    if (attached !== undefined) return { afterMs: 1_000 };
    await driver.deleteVolume(source.handle);
    report(`deleted volume ${source.handle} of ${keyOf(volume)}`);
    await api.delete(resources.volumes, { name }, { uid: volume.metadata?.uid });
    const left = await api.find<V1PersistentVolume>(resources.volumes, { name });
    if (left?.metadata?.uid === volume.metadata?.uid && left) {
      await api.removeFinalizers(resources.volumes, left, provisionerFinalizer);
    }
  }
}
