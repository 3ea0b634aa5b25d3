import { proxyActivities } from '@temporalio/workflow';
import type { BackupActivities } from '../../activities/backups/activities.ts';
import type { Ec2Activities } from '../../activities/ec2/activities.ts';
import type { InventoryActivities } from '../../activities/inventory/activities.ts';
import type { VeleroActivities } from '../../activities/velero/activities.ts';
import { changing, reading, waiting } from '../recovery/retries.ts';

/** Limits of the waits, seconds, each with its reason. */
export const limits = {
  /** A server that runs answers within a second or two, unless it is busy with a large backup. */
  health: 15,
  /** One look of the wait: after it the run says how far the backup is. */
  look: 15,
  /** Velero's own limit for what its plugins do after a backup. */
  backup: 4 * 3_600,
  /** A first snapshot of a large volume takes hours; a day-to-day one, minutes. */
  snapshots: 4 * 3_600,
} as const;

const margin = 15;

export const { readBackupPolicy } = proxyActivities<InventoryActivities>(reading);
export const { readVeleroHealth } = proxyActivities<VeleroActivities>(reading);
export const { readVeleroInstallation, readBackupStanding, readSavedVolumes, readBackupOutcome } =
  proxyActivities<BackupActivities>(reading);
export const { findSnapshots } = proxyActivities<Ec2Activities>(reading);
export const { ensureVolumePolicy, ensureBackupSchedule } = proxyActivities<BackupActivities>(changing);
export const { createBackup } = proxyActivities<VeleroActivities>(changing);
/** Not repeated by Temporal: the next look is the repeat, and says what was seen in between. */
export const { waitBackup } = proxyActivities<VeleroActivities>({
  ...waiting(limits.look + margin),
  retry: { maximumAttempts: 1 },
});
