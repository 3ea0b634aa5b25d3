import { proxyActivities } from '@temporalio/workflow';
import type { CoordinationActivities } from '../../activities/coordination/activities.ts';
import type { InventoryActivities } from '../../activities/inventory/activities.ts';
import type { S3Activities } from '../../activities/s3/activities.ts';
import { changing, reading, undoing } from './retries.ts';

/** The activities that the lifecycle itself calls. */
export const { admitRecovery } = proxyActivities<InventoryActivities>(reading);
export const { acquireScopes } = proxyActivities<CoordinationActivities>(changing);
export const { releaseScopes } = proxyActivities<CoordinationActivities>(undoing);
export const { saveReport } = proxyActivities<S3Activities>(changing);
