import { proxyActivities } from '@temporalio/workflow';
import type { CoordinationActivities } from '../../activities/coordination/activities.ts';
import type { DatabaseActivities } from '../../activities/databases/activities.ts';
import type { Ec2Activities } from '../../activities/ec2/activities.ts';
import type { KubernetesActivities } from '../../activities/kubernetes/activities.ts';
import type { S3Activities } from '../../activities/s3/activities.ts';
import type { SnapshotActivities } from '../../activities/snapshots/activities.ts';
import { changing, reading, undoing, waiting } from '../recovery/retries.ts';

/** Limits of the waits, seconds, each with its reason. */
export const limits = {
  /** A pod's own grace period, then the force-detach of a dead node after 6 minutes. */
  quiet: 600,
  /** Volumes from snapshots are available in seconds; KMS failures show within a minute or two. */
  volume: 300,
  /** The volume controller resyncs every 15 s. */
  bound: 180,
  /** A database replays its log before it is ready; another recovery may hold the workload meanwhile. */
  ready: 1_800,
  /** A driver may copy the snapshot. */
  snapshot: 900,
  database: 180,
} as const;

/** After so long in a workload that others hold their runs are looked at: one that was terminated never lets go by itself. */
export const heldLimitSeconds = 45;

/** An activity gives up by itself and says why; the server's limit lies behind it. */
const margin = 30;
const wait = (seconds: number) => waiting(seconds + margin);

export const { readClaimFacts, readClaimUse } = proxyActivities<KubernetesActivities>(reading);
export const { readVolume, findSnapshots, rehearseCreateVolume } = proxyActivities<Ec2Activities>(reading);
export const { readDefinitions } = proxyActivities<S3Activities>(reading);
export const { listClusterSnapshots } = proxyActivities<SnapshotActivities>(reading);

export const { saveDefinitions } = proxyActivities<S3Activities>(changing);
export const { createVolumeFromSnapshot, deleteRecoveryVolume: deleteFailedVolume } =
  proxyActivities<Ec2Activities>(changing);
export const { retainVolume, holdWorkload, swapPersistentVolume, recreateClaim, releaseWorkload } =
  proxyActivities<KubernetesActivities>(changing);
export const { importClusterSnapshot } = proxyActivities<SnapshotActivities>(changing);

export const { endedHolders } = proxyActivities<CoordinationActivities>(waiting(120));
export const { waitWorkloadQuiet } = proxyActivities<KubernetesActivities>(wait(limits.quiet));
export const { waitClaimBound } = proxyActivities<KubernetesActivities>(wait(limits.bound));
export const { waitWorkloadReady } = proxyActivities<KubernetesActivities>(wait(limits.ready));
export const { waitVolumeAvailable } = proxyActivities<Ec2Activities>(wait(limits.volume));
export const { waitClusterSnapshotReady } = proxyActivities<SnapshotActivities>(wait(limits.snapshot));
export const { checkPostgresql } = proxyActivities<DatabaseActivities>(wait(limits.database));

export const {
  restoreReclaimPolicy,
  restorePersistentVolume,
  restoreClaim,
  releaseWorkload: putWorkloadBack,
} = proxyActivities<KubernetesActivities>(undoing);
export const { deleteRecoveryVolume } = proxyActivities<Ec2Activities>(undoing);
export const { removeImportedSnapshot } = proxyActivities<SnapshotActivities>(undoing);
