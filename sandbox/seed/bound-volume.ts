/** From a claim to the volume behind it. */
import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { volumeSource } from '../controllers/csi/volume-source.ts';
import type { KubernetesApi } from '../controllers/kubernetes/kubernetes-api.ts';
import { resources } from '../controllers/kubernetes/resource.ts';

export interface BoundVolume {
  readonly claim: V1PersistentVolumeClaim;
  readonly volume: V1PersistentVolume;
  readonly driver: string;
  /** For EBS the volume id. */
  readonly handle: string;
}

/** Undefined while the claim is not bound; throws when there is no such claim. */
export async function boundVolume(
  api: KubernetesApi,
  namespace: string,
  name: string,
): Promise<BoundVolume | undefined> {
  const claim = await api.get<V1PersistentVolumeClaim>(resources.claims, { name, namespace });
  if (claim.status?.phase !== 'Bound') return undefined;
  const volume = await api.find<V1PersistentVolume>(resources.volumes, { name: claim.spec?.volumeName ?? '' });
  const source = volumeSource(volume?.spec);
  return volume === undefined || source === undefined ? undefined : { claim, volume, ...source };
}
