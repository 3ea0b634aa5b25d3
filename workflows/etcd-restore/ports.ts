import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { EtcdActivities } from '../../activities/etcd/types.ts';
import { changing, reading, waiting } from '../recovery/retries.ts';

/** Limits of the waits, seconds, each with its reason. */
export const limits = {
  /** An agent polls all the time: one that has not taken a task by then is away. */
  agent: 20,
  /** One that was there, or may come back: systemd starts it again within seconds, and on a busy host it is ready within the minute. */
  agentReturn: 60,
  /** Download and trial restore of a snapshot of several GiB. */
  snapshot: 1_800,
  /** kubelet's sync and a grace period of 30 s, with room for a slow host. */
  stop: 180,
  /** They keep nothing that must be written, and wait for answers of an etcd that is broken as long as they are let. */
  clientGrace: 1,
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

/** What a wait on a host may take beyond its limit: an agent that dies in it has to come back first. */
const margin = limits.agentReturn;

/** A question to an agent. Nobody there is an answer too, so it is not asked for ever. */
export const asking: ActivityOptions = askingFor(limits.agent);
/** To one that has just answered, or is waited for. */
export const askingAgain: ActivityOptions = askingFor(limits.agentReturn);

function askingFor(seconds: number): ActivityOptions {
  return {
    ...reading,
    scheduleToStartTimeout: seconds * 1000,
    scheduleToCloseTimeout: (seconds + 90) * 1000,
    retry: { ...reading.retry, maximumAttempts: 4 },
  };
}

export const trying: ActivityOptions = {
  ...waiting(limits.snapshot),
  scheduleToStartTimeout: limits.agentReturn * 1000,
};
export const preparing: ActivityOptions = waiting(limits.snapshot);
export const awaiting = (seconds: number): ActivityOptions => waiting(seconds + margin);
export { changing };

export const { readControlPlane, listEtcdSnapshots, readCloudRewind, readHostMachines, proveFenced, checkClusterApi } =
  proxyActivities<EtcdActivities>(reading);
export const { makeRestoreToken, pruneEtcdSnapshots } = proxyActivities<EtcdActivities>(changing);
export const fencing = proxyActivities<EtcdActivities>(awaiting(limits.fence));
