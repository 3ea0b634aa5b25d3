import type { SnapshotFacts, VolumeFacts, VolumeInitialization, VolumeShape } from './types.ts';

/** A volume as EC2 describes it. */
export interface Ec2Volume
  extends Pick<VolumeFacts, 'volumeId' | 'state' | 'createdAt' | 'sourceSnapshotId' | 'attachments' | 'tags'> {
  readonly shape: VolumeShape;
  readonly zone: string;
}

export type Ec2Snapshot = SnapshotFacts;

/** Conditions that must all hold; the values of one are alternatives and are taken literally. */
export interface SnapshotQuery {
  readonly owner: 'self' | 'anyone';
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** What CreateVolume is asked for, already valid for the type: no IOPS where the type takes none. */
export interface VolumeRequest {
  readonly clientToken: string;
  readonly snapshotId: string;
  readonly zone: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly iops: number | null;
  readonly throughputMiBps: number | null;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
  readonly initializationRateMiBps: number | null;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * EC2 and STS in one region, as narrow as the recoveries need. Every method throws `RekindleError` alone (or a cancellation).
 * Reads take a signal and may be given up at any moment; effects do not, so that their outcome is always learnt.
 */
export interface Ec2Region {
  readonly region: string;
  callerAccountId(signal?: AbortSignal): Promise<string>;
  /** `notFound` holds EC2's own words. */
  volume(volumeId: string, signal?: AbortSignal): Promise<Ec2Volume | { readonly notFound: string }>;
  volumesTagged(tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly Ec2Volume[]>;
  /** `unknown` where EC2 does not report it; a refusal of the call is thrown as any other. */
  initialization(volumeId: string, signal?: AbortSignal): Promise<VolumeInitialization>;
  /** All pages, in no particular order. */
  snapshots(query: SnapshotQuery, signal?: AbortSignal): Promise<readonly Ec2Snapshot[]>;
  /** Repeatable under one client token. */
  createVolume(request: VolumeRequest): Promise<Ec2Volume>;
  /** What EC2 would say to the same call, without its effect. Throws what the call would throw. */
  rehearseCreateVolume(request: VolumeRequest): Promise<void>;
  deleteVolume(volumeId: string): Promise<'accepted' | 'already-gone'>;
}

export interface Ec2Regions {
  region(name: string): Ec2Region;
}
