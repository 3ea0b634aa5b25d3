import type { Snapshot, Tag, Volume, VolumeStatusItem } from '@aws-sdk/client-ec2';
import type { Code } from '../../errors/codes.ts';
import type { Ec2Snapshot, Ec2Volume } from './port.ts';
import type { SnapshotState, VolumeAttachment, VolumeInitialization, VolumeState } from './types.ts';

/** Names of errors that only EC2 knows, beside `activities/aws/error-codes.ts`. */
export const ec2ErrorCodes: Readonly<Record<string, Code>> = {
  IdempotentParameterMismatch: 'client-token-burned',
  IdempotentInstanceTerminated: 'client-token-burned',
  'InvalidVolume.NotFound': 'not-found',
  'InvalidSnapshot.NotFound': 'snapshot-unusable',
  'InvalidSnapshotID.Malformed': 'snapshot-unusable',
  InvalidSnapshot: 'snapshot-unusable',
  'InvalidZone.NotFound': 'zone-unusable',
  UnknownVolumeType: 'rejected-by-api',
  VolumeInUse: 'volume-attached',
  IncorrectState: 'conflict',
  'IncorrectState.Snapshot': 'snapshot-unusable',
  VolumeLimitExceeded: 'quota-exceeded',
  MaxIOPSLimitExceeded: 'quota-exceeded',
  VolumeIOPSLimit: 'quota-exceeded',
  ConcurrentCreateVolumeLimitExceeded: 'throttled',
  ConcurrentTagAccess: 'throttled',
  TagLimitExceeded: 'rejected-by-api',
  InsufficientVolumeCapacity: 'no-capacity',
  InsufficientCapacity: 'no-capacity',
  KMSKeyNotAccessibleFault: 'key-unusable',
  'InvalidKmsKey.InvalidState': 'key-unusable',
  'InvalidKmsKeyId.Malformed': 'key-unusable',
};

const volumeStates: ReadonlySet<string> = new Set(['creating', 'available', 'in-use', 'deleting', 'deleted', 'error']);
const snapshotStates: ReadonlySet<string> = new Set(['pending', 'completed', 'error', 'recoverable', 'recovering']);
const attachmentStates: ReadonlySet<string> = new Set(['attaching', 'attached', 'detaching', 'detached', 'busy']);

export function volumeOf(volume: Volume): Ec2Volume {
  return {
    volumeId: volume.VolumeId ?? '',
    state: known<VolumeState>(volume.State, volumeStates),
    shape: {
      type: volume.VolumeType ?? 'unknown',
      iops: volume.Iops ?? null,
      throughputMiBps: volume.Throughput ?? null,
      sizeGiB: volume.Size ?? 0,
      encrypted: volume.Encrypted ?? false,
      kmsKeyId: volume.KmsKeyId || null,
    },
    zone: volume.AvailabilityZone ?? '',
    createdAt: volume.CreateTime?.toISOString() ?? null,
    sourceSnapshotId: volume.SnapshotId || null,
    attachments: (volume.Attachments ?? []).map((attachment) => ({
      instanceId: attachment.InstanceId ?? '',
      device: attachment.Device ?? '',
      state: known<VolumeAttachment['state']>(attachment.State, attachmentStates),
      attachedAt: attachment.AttachTime?.toISOString() ?? null,
    })),
    tags: tagsOf(volume.Tags),
  };
}

export function snapshotOf(snapshot: Snapshot): Ec2Snapshot {
  return {
    snapshotId: snapshot.SnapshotId ?? '',
    state: known<SnapshotState>(snapshot.State, snapshotStates),
    progressPercent: percentOf(snapshot.Progress),
    ownerAccountId: snapshot.OwnerId ?? '',
    startedAt: snapshot.StartTime?.toISOString() ?? null,
    completedAt: snapshot.CompletionTime?.toISOString() ?? null,
    volumeId: snapshot.VolumeId || null,
    sizeGiB: snapshot.VolumeSize ?? 0,
    encrypted: snapshot.Encrypted ?? false,
    kmsKeyId: snapshot.KmsKeyId || null,
    description: snapshot.Description ?? '',
    tags: tagsOf(snapshot.Tags),
    // A snapshot that was never archived may come without a tier.
    storageTier: snapshot.StorageTier === undefined ? 'standard' : tierOf(snapshot.StorageTier),
  };
}

/** EC2 reports progress only for volumes made from a snapshot, some minutes late. */
export function initializationOf(item: VolumeStatusItem | undefined): VolumeInitialization {
  const state = item?.VolumeStatus?.Details?.find((detail) => detail.Name === 'initialization-state')?.Status;
  const progress = item?.InitializationStatusDetails?.Progress ?? null;
  if (state === 'completed' || progress === 100) return { state: 'initialized', progressPercent: 100 };
  if (state === 'initializing' || progress !== null) return { state: 'initializing', progressPercent: progress };
  return { state: 'unknown', progressPercent: null };
}

export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).flatMap((tag) => (tag.Key === undefined ? [] : [[tag.Key, tag.Value ?? '']])));
}

/** A filter value that EC2 takes literally: `*` and `?` are its wildcards, `\` escapes them. */
export function literalFilterValue(value: string): string {
  return value.replace(/[\\*?]/g, '\\$&');
}

function percentOf(progress: string | undefined): number | null {
  const match = /^(\d{1,3})%$/.exec(progress ?? '');
  return match === null ? null : Number(match[1]);
}

function tierOf(tier: string): Ec2Snapshot['storageTier'] {
  return tier === 'standard' || tier === 'archive' ? tier : 'unknown';
}

/** A word of EC2 that we do not know is `unknown`, never mistaken for a known one. */
function known<State extends string>(word: string | undefined, states: ReadonlySet<string>): State | 'unknown' {
  return word !== undefined && states.has(word) ? (word as State) : 'unknown';
}
