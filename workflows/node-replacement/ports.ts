import { proxyActivities } from '@temporalio/workflow';
import type { AutoscalingActivities } from '../../activities/autoscaling/activities.ts';
import type { NodeActivities } from '../../activities/kubernetes/node-activities.ts';
import type { QuotaActivities } from '../../activities/quotas/activities.ts';
import { changing, reading, undoing, waiting } from '../recovery/retries.ts';

/** Limits of the waits, seconds, each with its reason. */
export const limits = {
  /** Auto Scaling ends a machine in a few minutes, terminating hooks not counted. */
  terminated: 600,
  /** With the taint pods go within half a minute; without it volumes are detached by force after six. */
  empty: 480,
  /** Longer than a usual image pull; after that the next wave does not wait. */
  started: 180,
} as const;

/** An activity gives up by itself and says why; the server's limit lies behind it. */
const margin = 30;
/** Behind the longest limit that an input may name, and what comes on top of it. */
const longest = 7_200 + limits.empty;

export const { readNodes } = proxyActivities<NodeActivities>(reading);
export const { readGroups } = proxyActivities<AutoscalingActivities>(reading);
export const { readVcpuQuota } = proxyActivities<QuotaActivities>(reading);
export const { holdGroups, raiseCapacity } = proxyActivities<AutoscalingActivities>(changing);
export const { fenceNodes } = proxyActivities<NodeActivities>(changing);
export const { waitReplacements } = proxyActivities<AutoscalingActivities>(waiting(longest + margin));
export const { retireMachines } = proxyActivities<AutoscalingActivities>(waiting(limits.terminated + margin));
export const { clearNodes } = proxyActivities<NodeActivities>(waiting(longest + margin));
export const { drainNodes } = proxyActivities<NodeActivities>(waiting(longest + margin));
export const { waitPodsStarted } = proxyActivities<NodeActivities>(waiting(limits.started + margin));
export const { releaseGroups } = proxyActivities<AutoscalingActivities>(undoing);
export const { unfenceNodes, uncordonNodes } = proxyActivities<NodeActivities>(undoing);
