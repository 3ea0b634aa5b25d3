import type { ClaimFacts, VolumeSource } from '../../activities/kubernetes/claim-facts.ts';
import type { PersistentVolume } from '../../activities/kubernetes/objects.ts';
import type { KubernetesDefinition } from '../../activities/s3/types.ts';
import { ebsVolumeId } from './volume-id.ts';

export const ebsDriver = 'ebs.csi.aws.com';
export const inTreeEbs = 'kubernetes.io/aws-ebs';

/** How the claim's storage is reached: by EC2, by snapshots through the cluster, or not at all. Pure. */
export type StorageRoute =
  | { readonly kind: 'ebs' }
  | { readonly kind: 'csi'; readonly driver: string; readonly handle: string | null }
  | { readonly kind: 'unsupported'; readonly what: string };

/** Told by the volume object, else by a saved one, else by the storage class of the claim; EBS when nothing tells. */
export function storageRoute(
  { volume, storageClass }: Pick<ClaimFacts, 'volume' | 'storageClass'>,
  saved: readonly KubernetesDefinition[],
): StorageRoute {
  const source = volume?.source ?? savedSource(saved);
  if (source !== null) return routeOf(source);
  const provisioner = storageClass?.provisioner ?? ebsDriver;
  if (provisioner === ebsDriver || provisioner === inTreeEbs) return { kind: 'ebs' };
  if (provisioner.startsWith('kubernetes.io/')) return { kind: 'unsupported', what: `provisioner ${provisioner}` };
  return { kind: 'csi', driver: provisioner, handle: null };
}

function routeOf(source: VolumeSource): StorageRoute {
  switch (source.kind) {
    case 'in-tree-ebs':
      return { kind: 'ebs' };
    case 'csi':
      return source.driver === ebsDriver
        ? { kind: 'ebs' }
        : { kind: 'csi', driver: source.driver, handle: source.handle };
    case 'other':
      return { kind: 'unsupported', what: `a ${source.plugin} volume` };
  }
}

/** The saved volume object, if there is one. */
export function savedVolume(saved: readonly KubernetesDefinition[]): PersistentVolume | null {
  const found = saved.find(({ kind }) => kind === 'PersistentVolume');
  return found === undefined ? null : (found as unknown as PersistentVolume);
}

function savedSource(saved: readonly KubernetesDefinition[]): VolumeSource | null {
  const spec = savedVolume(saved)?.spec;
  if (spec?.csi) return { kind: 'csi', driver: spec.csi.driver, handle: spec.csi.volumeHandle };
  if (spec?.awsElasticBlockStore) return { kind: 'in-tree-ebs', handle: spec.awsElasticBlockStore.volumeID };
  return null;
}

/** The EBS volume behind a volume object or a saved one, and where that was read. Pure. */
export function knownVolumeId(
  volume: ClaimFacts['volume'],
  saved: readonly KubernetesDefinition[],
): { readonly volumeId: string; readonly basis: 'volume object' | 'saved definition' } | null {
  const live = idOf(volume?.source ?? null);
  if (live !== null) return { volumeId: live, basis: 'volume object' };
  const kept = idOf(savedSource(saved));
  return kept === null ? null : { volumeId: kept, basis: 'saved definition' };
}

function idOf(source: VolumeSource | null): string | null {
  return source === null || source.kind === 'other' ? null : ebsVolumeId(source.handle);
}
