/** The external attacher: VolumeAttachments become attached devices and back. */
import type { V1PersistentVolume, V1VolumeAttachment } from '@kubernetes/client-node';
import type { ClusterView } from '../cluster-view.ts';
import { isNotFound } from '../kubernetes/kubernetes-error.ts';
import { resources } from '../kubernetes/resource.ts';
import { WorkQueue } from '../work-queue.ts';
import type { AttachedNode, StorageDriver } from './storage-driver.ts';
import { type VolumeSource, volumeSource } from './volume-source.ts';

const nodeIdAnnotation = 'csi.alpha.kubernetes.io/node-id';

export function attacherFinalizer(driver: string): string {
  return `external-attacher/${driver.replaceAll('.', '-')}`;
}

export interface AttacherOptions {
  readonly view: ClusterView;
  /** Called before a volume is detached: nobody may write to it any more. */
  readonly beforeDetach: (source: VolumeSource, node: AttachedNode) => Promise<void>;
}

export function createAttacher({ view, beforeDetach }: AttacherOptions): { stop(): void } {
  const { api, report } = view;
  const attachments = new WorkQueue({ name: 'attach', workers: 64, report, firstRetryMs: 500 }, reconcile);
  const volumes = new WorkQueue({ name: 'attached volume', workers: 4, report }, releaseVolume);
  view.attachments.onChange((key, now, before) => {
    attachments.add(key);
    const name = before?.spec.source.persistentVolumeName;
    if (now === undefined && name !== undefined) volumes.add(name);
  });
  view.volumes.onChange((key, now) => now?.metadata?.deletionTimestamp && volumes.add(key));
  return {
    stop() {
      attachments.stop();
      volumes.stop();
    },
  };

  async function reconcile(name: string): Promise<void> {
    const attachment = view.attachments.get(name);
    const driver = view.drivers.get(attachment?.spec.attacher ?? '');
    if (attachment === undefined || driver === undefined) return;
    if (attachment.metadata?.deletionTimestamp) await detach(attachment, driver);
    else if (attachment.status?.attached !== true) await attach(attachment, driver);
  }

  async function attach(attachment: V1VolumeAttachment, driver: StorageDriver): Promise<void> {
    try {
      const volume = persistentVolume(attachment);
      if (volume?.metadata?.deletionTimestamp)
        throw new Error(`PersistentVolume ${volume.metadata.name} is marked for deletion`);
      const source = sourceOf(attachment, volume);
      const node = nodeOf(attachment, driver.name);
      await mark(attachment, driver.name, node.id);
      if (volume !== undefined) await api.addFinalizers(resources.volumes, volume, attacherFinalizer(driver.name));
      const attachmentMetadata = await driver.attach(source.handle, node);
      await setStatus(attachment, { attached: true, attachmentMetadata, attachError: null });
    } catch (error) {
      await setStatus(attachment, { attached: false, attachError: problem(error) });
      throw error;
    }
  }

  async function detach(attachment: V1VolumeAttachment, driver: StorageDriver): Promise<void> {
    const finalizer = attacherFinalizer(driver.name);
    if (!attachment.metadata?.finalizers?.includes(finalizer)) return;
    try {
      const source = sourceOf(attachment, persistentVolume(attachment));
      const node = nodeOf(attachment, driver.name);
      await beforeDetach(source, node);
      await driver.detach(source.handle, node);
      await setStatus(attachment, { attached: false, detachError: null });
    } catch (error) {
      await setStatus(attachment, { detachError: problem(error) });
      throw error;
    }
    const left = await api.find<V1VolumeAttachment>(resources.attachments, { name: attachment.metadata?.name ?? '' });
    if (left !== undefined) await api.removeFinalizers(resources.attachments, left, finalizer);
  }

  async function releaseVolume(name: string): Promise<void> {
    const volume = view.volumes.get(name);
    if (!volume?.metadata?.deletionTimestamp) return;
    if (view.attachments.list().some((entry) => entry.spec.source.persistentVolumeName === name)) return;
    const mine = [...view.drivers.keys()].map(attacherFinalizer);
    await api.removeFinalizers(resources.volumes, volume, ...mine);
  }

  function persistentVolume(attachment: V1VolumeAttachment): V1PersistentVolume | undefined {
    const name = attachment.spec.source.persistentVolumeName;
    if (name === undefined) return undefined;
    const volume = view.volumes.get(name);
    if (volume === undefined) throw new Error(`could not get PersistentVolume "${name}"`);
    return volume;
  }

  function sourceOf(attachment: V1VolumeAttachment, volume: V1PersistentVolume | undefined): VolumeSource {
    const source = volumeSource(volume?.spec ?? attachment.spec.source.inlineVolumeSpec);
    if (source === undefined) throw new Error('the volume is not of a CSI driver');
    return source;
  }

  function nodeOf(attachment: V1VolumeAttachment, driver: string): AttachedNode {
    const name = attachment.spec.nodeName;
    const published = view.csiNodes.get(name)?.spec.drivers.find((entry) => entry.name === driver)?.nodeID;
    const id = published ?? attachment.metadata?.annotations?.[nodeIdAnnotation];
    if (id === undefined) throw new Error(`node "${name}" has no NodeID annotation for driver "${driver}"`);
    return { name, id };
  }

  async function mark(attachment: V1VolumeAttachment, driver: string, nodeId: string): Promise<void> {
    const finalizers = attachment.metadata?.finalizers ?? [];
    const finalizer = attacherFinalizer(driver);
    if (finalizers.includes(finalizer)) return;
    const metadata = {
      finalizers: [...finalizers, finalizer],
      annotations: { [nodeIdAnnotation]: nodeId },
      resourceVersion: attachment.metadata?.resourceVersion,
    };
    await api.patch(resources.attachments, { name: attachment.metadata?.name ?? '' }, { metadata });
  }

  async function setStatus(attachment: V1VolumeAttachment, status: object): Promise<void> {
    try {
      const name = attachment.metadata?.name ?? '';
      await api.patch(resources.attachments, { name }, { status }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function problem(error: unknown): { time: string; message: string } {
  return { time: new Date().toISOString(), message: (error as Error).message };
}
