import type { BackupOutcome } from '../../activities/backups/types.ts';

/** All that the steps need; JSON. */
export interface BackupWork {
  readonly cluster: string;
  readonly region: string;
  readonly veleroNamespace: string;
  readonly policy: string;
  /** The names of the Backups of this run begin so; the attempt follows. */
  readonly backupPrefix: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly volumePolicy: { readonly name: string; readonly text: string };
  /** The policy's Schedule; `spec` null: there must be none. */
  readonly schedule: { readonly name: string; readonly spec: Readonly<Record<string, unknown>> | null };
  /** Claims that must be in the backup. */
  readonly claims: readonly ClaimRoute[];
}

/** How a claim is going to be saved, decided before the backup. */
export interface ClaimRoute {
  readonly namespace: string;
  readonly name: string;
  readonly route: 'native-snapshot' | 'csi-snapshot' | 'file-system' | 'none';
  /** Why there is none. */
  readonly why: string | null;
}

/** What the steps learn. */
export interface BackupMemory {
  /** Counts the Backups of this run, from 1: one that a restart of Velero gave up is followed by another. */
  attempt: number;
  outcome: BackupOutcome | null;
  /** Snapshots of EC2 that are there and completed, of those that the backup names. */
  completedSnapshots: readonly string[];
  /** Claims that the backup has nothing of because they were deleted since the plan, as `namespace/name`. */
  gone: readonly string[];
}
