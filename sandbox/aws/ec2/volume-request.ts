/** What CreateVolume accepts. Limits as in the API reference of EC2 CreateVolume. */
import { AwsFailure } from '../wire/failure.ts';
import type { QueryParameters } from '../wire/query.ts';
import { requestedTags } from './request.ts';
import { mayUse, type Snapshot, SnapshotState, snapshotState } from './snapshot.ts';
import type { Volume } from './volume.ts';

interface TypeLimits {
  /** GiB */
  readonly size: readonly [least: number, most: number];
  readonly iops?: readonly [least: number, most: number];
  /** Most IOPS a GiB; above the base where there is one. */
  readonly iopsRatio?: number;
  readonly iopsRequired?: boolean;
}

const limitsByType: Readonly<Record<string, TypeLimits>> = {
  gp2: { size: [1, 16_384] },
  gp3: { size: [1, 65_536], iops: [3_000, 80_000], iopsRatio: 500 },
  io1: { size: [4, 16_384], iops: [100, 64_000], iopsRatio: 50, iopsRequired: true },
  io2: { size: [4, 65_536], iops: [100, 256_000], iopsRatio: 1_000, iopsRequired: true },
  st1: { size: [125, 16_384] },
  sc1: { size: [125, 16_384] },
  standard: { size: [1, 1_024] },
};

const gp3Base = { iops: 3_000, throughput: 125 };
/** MiB/s for each IOPS that gp3 allows at most. */
const gp3ThroughputPerIops = 0.25;
const gp3Throughput: readonly [number, number] = [125, 2_000];
const initializationRate: readonly [number, number] = [100, 300];

export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** The volume that a request asks for, without what only its creation gives it. */
export type VolumeRequest = Omit<Volume, 'id' | 'createTime' | 'readyAt' | 'dataReady' | 'failing' | 'attachments'>;

const wrong = (message: string): AwsFailure => new AwsFailure('InvalidParameterValue', message);

/**
 * Reads and checks a CreateVolume request as EC2 does.
 *
 * @throws AwsFailure with EC2's code for what is wrong
 */
export function readVolumeRequest(
  parameters: QueryParameters,
  facts: { readonly zones: readonly Zone[]; snapshot(id: string): Snapshot | undefined; readonly now: number },
): VolumeRequest {
  const token = parameters.get('ClientToken');
  if (token !== undefined && token.length > 64) {
    throw wrong('Client token must be less than or equal to 64 characters');
  }
  const zone = readZone(parameters, facts.zones);
  const snapshot = readSnapshot(parameters, facts);
  const type = parameters.get('VolumeType') || 'gp2';
  const limits = limitsByType[type];
  if (!limits) throw new AwsFailure('UnknownVolumeType', `Unsupported volume type '${type}' for volume creation.`);
  const size = readSize(parameters, type, limits, snapshot);
  const iops = readIops(parameters, type, limits, size);
  const throughput = readThroughput(parameters, type, iops);
  const encrypted = parameters.boolean('Encrypted') ?? snapshot?.encrypted ?? false;
  const kmsKeyId = parameters.get('KmsKeyId') || (encrypted ? snapshot?.kmsKeyId : undefined);
  if (parameters.get('KmsKeyId') && parameters.boolean('Encrypted') !== true) {
    throw new AwsFailure(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  }
  const multiAttach = parameters.boolean('MultiAttachEnabled') ?? false;
  if (multiAttach && !limits.iopsRequired) {
    throw new AwsFailure('InvalidParameterCombination', `MultiAttach is not supported for ${type} volumes.`);
  }
  const rate = readInitializationRate(parameters, snapshot);
  return {
    zone: zone.name,
    zoneId: zone.id,
    size,
    type,
    ...(iops !== undefined && { iops }),
    ...(throughput !== undefined && { throughput }),
    encrypted,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    multiAttach,
    snapshotId: snapshot?.id ?? '',
    ...(rate !== undefined && { initializationRate: rate }),
    tags: requestedTags(parameters, 'volume'),
  };
}

function readZone(parameters: QueryParameters, zones: readonly Zone[]): Zone {
  const id = parameters.get('AvailabilityZoneId');
  const name = parameters.get('AvailabilityZone');
  if (id && name) {
    throw new AwsFailure(
      'InvalidParameterCombination',
      'AvailabilityZone and AvailabilityZoneId may not be used together',
    );
  }
  if (!id && !name) throw new AwsFailure('MissingParameter', 'The request must contain the parameter zone');
  const found = zones.find((zone) => (id ? zone.id === id : zone.name === name));
  if (!found) throw new AwsFailure('InvalidZone.NotFound', `The zone '${id || name}' does not exist.`);
  return found;
}

function readSnapshot(
  parameters: QueryParameters,
  facts: { snapshot(id: string): Snapshot | undefined; readonly now: number },
): Snapshot | undefined {
  const id = parameters.get('SnapshotId');
  if (!id) return undefined;
  if (!id.startsWith('snap-')) {
    throw wrong(`Value (${id}) for parameter snapshotId is invalid. Expected: 'snap-...'.`);
  }
  const snapshot = facts.snapshot(id);
  if (!snapshot || !mayUse(snapshot)) {
    throw new AwsFailure('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
  }
  const state = snapshotState(snapshot, facts.now);
  if (state !== SnapshotState.completed)
    throw new AwsFailure('IncorrectState', `Snapshot is in invalid state - ${state}`);
  return snapshot;
}

function readSize(
  parameters: QueryParameters,
  type: string,
  limits: TypeLimits,
  snapshot: Snapshot | undefined,
): number {
  const size = parameters.integer('Size') ?? snapshot?.volumeSize;
  if (size === undefined)
    throw new AwsFailure('MissingParameter', 'The request must contain the parameter size/snapshot');
  const [least, most] = limits.size;
  if (size < least || size > most) {
    throw wrong(
      `Volume of ${size}GiB is ${size < least ? 'too small' : 'too large'} for volume type ${type}; it takes ${least} to ${most} GiB.`,
    );
  }
  if (snapshot && size < snapshot.volumeSize) {
    throw wrong(
      `The size of a volume (${size}GiB) cannot be smaller than the size of its snapshot (${snapshot.volumeSize}GiB).`,
    );
  }
  return size;
}

function readIops(parameters: QueryParameters, type: string, limits: TypeLimits, size: number): number | undefined {
  const asked = parameters.integer('Iops');
  if (!limits.iops) {
    if (asked !== undefined) {
      throw new AwsFailure('InvalidParameterCombination', `The parameter iops is not supported for ${type} volumes.`);
    }
    // gp2 shows the IOPS that follow from its size; the others show none.
    return type === 'gp2' ? Math.min(16_000, Math.max(100, 3 * size)) : undefined;
  }
  if (asked === undefined) {
    if (limits.iopsRequired) throw new AwsFailure('MissingParameter', 'The request must contain the parameter iops');
    return gp3Base.iops;
  }
  const [least, most] = limits.iops;
  if (asked < least || asked > most) {
    throw wrong(
      `Volume iops of ${asked} is ${asked < least ? 'too low; minimum is' : 'too high; maximum is'} ${asked < least ? least : most}.`,
    );
  }
  const ratio = limits.iopsRatio ?? Number.POSITIVE_INFINITY;
  if (asked > Math.max(ratio * size, type === 'gp3' ? gp3Base.iops : 0)) {
    throw wrong(`Iops to volume size ratio of ${(asked / size).toFixed(6)} is too high; maximum is ${ratio}.`);
  }
  return asked;
}

function readThroughput(parameters: QueryParameters, type: string, iops: number | undefined): number | undefined {
  const asked = parameters.integer('Throughput');
  if (type !== 'gp3') {
    if (asked !== undefined) {
      throw new AwsFailure(
        'InvalidParameterCombination',
        `The parameter throughput is not supported for ${type} volumes.`,
      );
    }
    return undefined;
  }
  if (asked === undefined) return gp3Base.throughput;
  const [least, most] = gp3Throughput;
  if (asked < least || asked > most)
    throw wrong(`Volume throughput of ${asked} MiBps is not between ${least} and ${most}.`);
  if (asked > (iops ?? gp3Base.iops) * gp3ThroughputPerIops) {
    throw wrong(
      `Throughput (MiBps) to iops ratio of ${(asked / (iops ?? gp3Base.iops)).toFixed(6)} is too high; maximum is 0.250000 MiBps per iops.`,
    );
  }
  return asked;
}

function readInitializationRate(parameters: QueryParameters, snapshot: Snapshot | undefined): number | undefined {
  const asked = parameters.integer('VolumeInitializationRate');
  if (asked === undefined) return undefined;
  if (!snapshot) {
    throw new AwsFailure(
      'InvalidParameterCombination',
      'VolumeInitializationRate is supported only for volumes created from snapshots.',
    );
  }
  const [least, most] = initializationRate;
  if (asked < least || asked > most) {
    throw wrong(`VolumeInitializationRate of ${asked} MiB/s is not between ${least} and ${most}.`);
  }
  return asked;
}
