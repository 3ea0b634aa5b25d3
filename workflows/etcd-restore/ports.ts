import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { EtcdActivities } from '../../activities/etcd/types.ts';
import { changing, reading, waiting } from '../recovery/retries.ts';

/** Limits of the waits, seconds, each with its reason. */
export const limits = {
  /** An agent polls all the time: one that has not taken a task by then is not there. */
  agent: 20,
  /** Download and trial restore of a snapshot of several GiB. */
  snapshot: 1_800,
  /** kubelet's sync and a grace period of 30 s, with room for a slow host. */
  stop: 180,
  start: 180,
  /** etcd refuses a change of its members for some seconds after the last one. */
  membership: 60,
  /** EC2 ends a machine that hangs after some minutes, also when it is told to do it hard. */
  fence: 600,
  /** Elections, and the first look at a large db file. */
  etcd: 300,
  /** The API server waits for its caches. */
  apiServer: 180,
} as const;

const margin = 30;

/** A question to an agent. Nobody there is an answer too, so it is not asked for ever. */
export const asking: ActivityOptions = {
  ...reading,
  scheduleToStartTimeout: limits.agent * 1000,
  scheduleToCloseTimeout: '90 seconds',
  retry: { ...reading.retry, maximumAttempts: 4 },
};

export const trying: ActivityOptions = { ...waiting(limits.snapshot), scheduleToStartTimeout: limits.agent * 1000 };
export const preparing: ActivityOptions = waiting(limits.snapshot);
export const awaiting = (seconds: number): ActivityOptions => waiting(seconds + margin);
export { changing };

export const { readControlPlane, listEtcdSnapshots, readCloudRewind, readHostMachines, proveFenced, checkClusterApi } =
  proxyActivities<EtcdActivities>(reading);
export const { makeRestoreToken, pruneEtcdSnapshots } = proxyActivities<EtcdActivities>(changing);
export const fencing = proxyActivities<EtcdActivities>(awaiting(limits.fence));
