import { createHash } from 'node:crypto';
import type { V1PersistentVolumeSpec } from '@kubernetes/client-node';
import { ebsDriver } from '../drivers/driver-names.ts';

export interface VolumeSource {
  readonly driver: string;
  readonly handle: string;
}

/**
 * The driver and handle of a persistent volume. In-tree EBS volumes belong to the CSI driver by migration; their id is `vol-...` or
 * `aws://<zone>/vol-...`. Undefined for any other source.
 */
export function volumeSource(spec: V1PersistentVolumeSpec | undefined): VolumeSource | undefined {
  if (spec?.csi) return { driver: spec.csi.driver, handle: spec.csi.volumeHandle };
  const inTree = spec?.awsElasticBlockStore?.volumeID;
  if (inTree === undefined) return undefined;
  return { driver: ebsDriver, handle: inTree.slice(inTree.lastIndexOf('/') + 1) };
}

/** The name that the attach-detach controller gives to the VolumeAttachment of a volume and a node. */
export function attachmentName(source: VolumeSource, node: string): string {
  return `csi-${createHash('sha256').update(`${source.handle}${source.driver}${node}`).digest('hex')}`;
}
