/** The volume that a PersistentVolume names, from `spec.csi.volumeHandle` or `spec.awsElasticBlockStore.volumeID`. */
export interface VolumeHandle {
  readonly volumeId: string;
  /** In-tree handles may carry the zone: `aws://us-east-1a/vol-0abc`. */
  readonly zone: string | null;
}

/** Null for a handle that is no EBS volume: another driver's, or none. */
export function parseVolumeHandle(handle: string): VolumeHandle | null {
  const match = /^(?:aws:\/\/(?<zone>[a-z0-9-]*)\/)?(?<volumeId>vol-[0-9a-f]{8,17})$/.exec(handle);
  const volumeId = match?.groups?.volumeId;
  if (volumeId === undefined) return null;
  return { volumeId, zone: match?.groups?.zone || null };
}
