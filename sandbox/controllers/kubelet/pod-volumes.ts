/** Which volumes a pod needs, and whether they are attached to its node. */
import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterView } from '../cluster-view.ts';
import { attachmentName, type VolumeSource, volumeSource } from '../csi/volume-source.ts';

export interface PodVolume {
  /** The name in the pod's `volumes`. */
  readonly name: string;
  readonly claim: string;
  readonly source: VolumeSource;
  readonly attached: boolean;
}

export type PodVolumes =
  | { readonly volumes: readonly PodVolume[]; readonly waitsFor?: undefined }
  | { readonly waitsFor: string };

/**
 * In the order in which the first container mounts them, because the StatefulSet controller adds its claims to a pod's `volumes` in
 * any order; or what is missing before the pod's containers can start.
 */
export function podVolumes(view: ClusterView, pod: V1Pod): PodVolumes {
  const found: PodVolume[] = [];
  const mounts = pod.spec?.containers[0]?.volumeMounts?.map(({ name }) => name) ?? [];
  const wanted = (pod.spec?.volumes ?? [])
    .map((volume) => ({ name: volume.name, claim: volume.persistentVolumeClaim?.claimName }))
    .sort((left, right) => mounts.indexOf(left.name) - mounts.indexOf(right.name));
  for (const { name, claim } of wanted) {
    if (claim === undefined) continue;
    const object = view.claims.get(`${pod.metadata?.namespace}/${claim}`);
    const volume = view.volumes.get(object?.spec?.volumeName ?? '');
    if (object?.status?.phase !== 'Bound' || volume === undefined) return { waitsFor: `claim ${claim} to be bound` };
    const source = volumeSource(volume.spec);
    if (source === undefined) return { waitsFor: `volume ${volume.metadata?.name}: its driver is not here` };
    const attachment = view.attachments.get(attachmentName(source, pod.spec?.nodeName ?? ''));
    const attached = attachment?.status?.attached === true && !attachment.metadata?.deletionTimestamp;
    found.push({ name, claim, source, attached });
  }
  const missing = found.find((volume) => !volume.attached);
  return missing === undefined ? { volumes: found } : { waitsFor: `volume ${missing.source.handle} to be attached` };
}
