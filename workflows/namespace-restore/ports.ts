import { proxyActivities } from '@temporalio/workflow';
import type { DatabaseActivities } from '../../activities/databases/activities.ts';
import type { InventoryActivities } from '../../activities/inventory/activities.ts';
import type { RestoreActivities } from '../../activities/restores/types.ts';
import type { VeleroActivities } from '../../activities/velero/types.ts';
import { changing, reading, undoing, waiting } from '../recovery/retries.ts';

/** Limits, seconds, each with its reason. */
export const limits = {
  /** A server that runs answers within its next loop. */
  health: 20,
  /** A namespace that ends by itself does so within its pods' grace and the finalizers of its claims. */
  terminating: 60,
  /** EC2 detaches a volume within seconds; one that was in use on a node that is gone is let go by force after six minutes. */
  leavingVolumes: 480,
  /** One look at a restore: short, so that progress shows, long enough for a history of a few hundred events. */
  watch: 30,
  /** Velero's own longest wait for one item is 10 minutes: without any progress for more than that, a person is asked. */
  stall: 900,
  /** Pods, claims and images after a restore. */
  ready: 600,
  /** After a cancel: what one restore of moderate size still takes. */
  settle: 90,
  database: 120,
} as const;

const margin = 30;

/** A backup of many thousand objects is downloaded and compared. */
const surveying = { ...waiting(600), retry: { ...reading.retry, maximumAttempts: 5 } };

export const { readVeleroSettings } = proxyActivities<InventoryActivities>(reading);
export const { readVeleroHealth } = proxyActivities<VeleroActivities>(waiting(limits.health + margin));
export const { findBackup } = proxyActivities<RestoreActivities>(reading);
export const { surveyRestore, judgeRestored } = proxyActivities<RestoreActivities>(surveying);
export const { createRestore } = proxyActivities<VeleroActivities>(changing);
export const { holdWebhooks, saveReplaced, removeReplaced, putResourceModifiers } =
  proxyActivities<RestoreActivities>(changing);
export const { releaseWebhooks, putBackReplaced, removeResourceModifiers } =
  proxyActivities<RestoreActivities>(undoing);
export const { watchRestore } = proxyActivities<RestoreActivities>(waiting(limits.watch + margin));
export const { settleRestores } = proxyActivities<RestoreActivities>(waiting(limits.settle + margin));
export const { waitRestoredReady } = proxyActivities<RestoreActivities>(waiting(limits.ready + margin));
export const { checkPostgresql } = proxyActivities<DatabaseActivities>(waiting(limits.database + margin));
