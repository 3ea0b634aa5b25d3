import { proxyActivities } from '@temporalio/workflow';
import type { BackupStoreActivities } from '../../activities/backup-stores/activities.ts';
import type { InventoryActivities } from '../../activities/inventory/activities.ts';
import { changing, reading, undoing, waiting } from '../recovery/retries.ts';

/** Limits of the waits, seconds, each with its reason. */
export const limits = {
  /** Velero synchronises every minute, and reads one record after another. */
  sync: 300,
} as const;

const margin = 30;

/** A backup of many thousand objects is downloaded and compared. */
const surveying = { ...waiting(600), retry: { ...reading.retry, maximumAttempts: 5 } };

export const { readBackupStore } = proxyActivities<InventoryActivities>(reading);
export const { findStoredBackup, readTarget, listNeutralised } = proxyActivities<BackupStoreActivities>(reading);
export const { surveyStoredBackup } = proxyActivities<BackupStoreActivities>(surveying);
export const { ensureReadOnlyLocation, ensureNamespace, promoteNeutralised } =
  proxyActivities<BackupStoreActivities>(changing);
export const { removeReadOnlyLocation } = proxyActivities<BackupStoreActivities>(undoing);
export const { waitBackupSynced } = proxyActivities<BackupStoreActivities>(waiting(limits.sync + margin));
