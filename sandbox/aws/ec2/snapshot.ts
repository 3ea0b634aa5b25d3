import { accountId } from '../account.ts';
import type { XmlValue } from '../wire/xml.ts';
import { tagSet } from './volume.ts';

/** A snapshot as the front stores it. Times are milliseconds since 1970. */
export interface Snapshot {
  readonly id: string;
  /** `vol-ffffffff` for a copy: AWS gives copies an arbitrary volume id that must not be relied on. */
  readonly volumeId: string;
  readonly ownerId: string;
  readonly description: string;
  /** GiB */
  readonly volumeSize: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
  readonly startTime: number;
  /** `pending` before that moment and while its data is copied. */
  readonly completesAt: number;
  readonly dataReady: boolean;
  readonly failed?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly public: boolean;
  /** Accounts that may make volumes from it, besides the owner. */
  readonly sharedWith: readonly string[];
}

export const SnapshotState = { pending: 'pending', completed: 'completed', error: 'error' } as const;
export type SnapshotState = (typeof SnapshotState)[keyof typeof SnapshotState];

export function snapshotState(snapshot: Snapshot, now: number): SnapshotState {
  if (snapshot.failed !== undefined) return SnapshotState.error;
  return now < snapshot.completesAt || !snapshot.dataReady ? SnapshotState.pending : SnapshotState.completed;
}

/** `0%` to `99%` while pending, by the time that has passed. */
export function snapshotProgress(snapshot: Snapshot, now: number): string {
  if (snapshotState(snapshot, now) === SnapshotState.completed) return '100%';
  const whole = Math.max(1, snapshot.completesAt - snapshot.startTime);
  return `${Math.min(99, Math.max(0, Math.floor(((now - snapshot.startTime) / whole) * 100)))}%`;
}

/** Whether an account may describe it and make volumes from it. */
export function mayUse(snapshot: Snapshot, account: string = accountId): boolean {
  return snapshot.ownerId === account || snapshot.public || snapshot.sharedWith.includes(account);
}

export function snapshotXml(snapshot: Snapshot, now: number): Readonly<Record<string, XmlValue>> {
  const state = snapshotState(snapshot, now);
  return {
    snapshotId: snapshot.id,
    volumeId: snapshot.volumeId,
    status: state,
    statusMessage: snapshot.failed,
    startTime: new Date(snapshot.startTime),
    completionTime: state === SnapshotState.completed ? new Date(snapshot.completesAt) : undefined,
    progress: snapshotProgress(snapshot, now),
    ownerId: snapshot.ownerId,
    volumeSize: snapshot.volumeSize,
    description: snapshot.description,
    encrypted: snapshot.encrypted,
    kmsKeyId: snapshot.kmsKeyId,
    // Tags belong to the account that set them: those of a foreign snapshot are not shown.
    tagSet: snapshot.ownerId === accountId ? tagSet(snapshot.tags) : [],
    storageTier: 'standard',
  };
}
