import { accountId, homeRegion } from '../account.ts';
import type { XmlValue } from '../wire/xml.ts';

export interface Attachment {
  readonly instanceId: string;
  readonly device: string;
  readonly attachTime: number;
  /** `attaching` before that moment, `attached` from then on. */
  readonly attachedAt: number;
  /** `detaching` until that moment; then the attachment is gone. */
  readonly detachedAt?: number;
  readonly deleteOnTermination: boolean;
}

/** A volume as the front stores it. Its state follows from the times. Times are milliseconds since 1970. */
export interface Volume {
  readonly id: string;
  readonly zone: string;
  readonly zoneId?: string;
  /** GiB */
  readonly size: number;
  readonly type: string;
  readonly iops?: number;
  /** MiB/s, gp3 only. */
  readonly throughput?: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
  readonly multiAttach: boolean;
  /** Empty when the volume was made without one. */
  readonly snapshotId: string;
  /** MiB/s */
  readonly initializationRate?: number;
  readonly createTime: number;
  /** `creating` before that moment and while its data is copied. */
  readonly readyAt: number;
  readonly dataReady: boolean;
  /** Ends in `error` instead of `available`. */
  readonly failing: boolean;
  /** Of a failing volume: it is gone instead of in `error`. */
  readonly vanishing?: boolean;
  readonly attachments: readonly Attachment[];
  readonly tags: Readonly<Record<string, string>>;
  /** A root volume belongs to moto's instance and has no directory. */
  readonly root?: boolean;
}

export const VolumeState = {
  creating: 'creating',
  available: 'available',
  inUse: 'in-use',
  error: 'error',
} as const;
export type VolumeState = (typeof VolumeState)[keyof typeof VolumeState];

export function currentAttachments(volume: Volume, now: number): readonly Attachment[] {
  return volume.attachments.filter((attachment) => attachment.detachedAt === undefined || attachment.detachedAt > now);
}

export function volumeState(volume: Volume, now: number): VolumeState {
  if (now < volume.readyAt || !volume.dataReady) return VolumeState.creating;
  if (volume.failing) return VolumeState.error;
  return currentAttachments(volume, now).length > 0 ? VolumeState.inUse : VolumeState.available;
}

export function attachmentState(attachment: Attachment, now: number): 'attaching' | 'attached' | 'detaching' {
  if (attachment.detachedAt !== undefined) return 'detaching';
  return now < attachment.attachedAt ? 'attaching' : 'attached';
}

export function tagSet(tags: Readonly<Record<string, string>>): XmlValue {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function attachmentXml(volumeId: string, attachment: Attachment, now: number): XmlValue {
  return {
    volumeId,
    instanceId: attachment.instanceId,
    device: attachment.device,
    status: attachmentState(attachment, now),
    attachTime: new Date(attachment.attachTime),
    deleteOnTermination: attachment.deleteOnTermination,
  };
}

export function volumeXml(volume: Volume, now: number): Readonly<Record<string, XmlValue>> {
  return {
    volumeId: volume.id,
    size: volume.size,
    snapshotId: volume.snapshotId,
    availabilityZone: volume.zone,
    availabilityZoneId: volume.zoneId,
    status: volumeState(volume, now),
    createTime: new Date(volume.createTime),
    attachmentSet: currentAttachments(volume, now).map((attachment) => attachmentXml(volume.id, attachment, now)),
    tagSet: tagSet(volume.tags),
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    multiAttachEnabled: volume.multiAttach,
    volumeInitializationRate: volume.initializationRate,
    ownerId: accountId,
    volumeArn: `arn:aws:ec2:${homeRegion}:${accountId}:volume/${volume.id}`,
  };
}
