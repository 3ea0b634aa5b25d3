import type { SnapshotCandidate, VolumeShape } from '../../activities/ec2/types.ts';
import type { StorageClassState } from '../../activities/kubernetes/claim-facts.ts';
import { gibibytes } from './volume-id.ts';

export interface WantedShape {
  readonly type: string;
  readonly iops: number | null;
  readonly throughputMiBps: number | null;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  /** Where type and performance were taken from, for people. */
  readonly basis: string;
}

/**
 * Type and performance, which no snapshot holds: those of the old volume where EC2 still describes it, else those of the storage
 * class, else gp3. As large as the largest of snapshot, request and former capacity. Never less encrypted than before. Pure.
 */
export function wantedShape(input: {
  readonly snapshot: SnapshotCandidate;
  readonly old: VolumeShape | null;
  readonly storageClass: StorageClassState | null;
  readonly requestBytes: number | null;
  readonly capacityBytes: number | null;
}): WantedShape {
  const { snapshot, old, storageClass, requestBytes, capacityBytes } = input;
  const sizeGiB = Math.max(
    snapshot.sizeGiB,
    gibibytes(requestBytes ?? 0),
    gibibytes(capacityBytes ?? 0),
    old?.sizeGiB ?? 0,
    1,
  );
  const { parameters = {} } = storageClass ?? {};
  const encrypted = snapshot.encrypted || (old?.encrypted ?? parameter(parameters, 'encrypted') === 'true');
  const kmsKeyId = encrypted ? (old?.kmsKeyId ?? parameter(parameters, 'kmsKeyId') ?? snapshot.kmsKeyId) : null;
  if (old !== null) {
    const { type, iops, throughputMiBps } = old;
    return { type, iops: ownIops(type, iops), throughputMiBps, sizeGiB, encrypted, kmsKeyId, basis: 'the old volume' };
  }
  const type = parameter(parameters, 'type') ?? 'gp3';
  const basis = storageClass === null ? 'gp3, for want of a storage class' : `storage class ${storageClass.name}`;
  const perGiB = number(parameter(parameters, 'iopsPerGB'));
  const iops = number(parameter(parameters, 'iops')) ?? (perGiB === null ? null : perGiB * sizeGiB);
  const throughputMiBps = number(parameter(parameters, 'throughput'));
  return { type, iops: ownIops(type, iops), throughputMiBps, sizeGiB, encrypted, kmsKeyId, basis };
}

/** EC2 shows IOPS for types that do not take any: they follow from the size. */
function ownIops(type: string, iops: number | null): number | null {
  return ['gp3', 'io1', 'io2'].includes(type) ? iops : null;
}

/** The EBS driver takes the names of its parameters in any case. */
function parameter(parameters: Readonly<Record<string, string>>, name: string): string | null {
  const found = Object.entries(parameters).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found === undefined || found[1] === '' ? null : found[1];
}

function number(text: string | null): number | null {
  return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}
