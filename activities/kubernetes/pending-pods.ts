import { grouped } from './grouped.ts';
import type { WaitingPod } from './node-objects.ts';
import type { PendingCause, PendingPods } from './node-types.ts';

/** Phrases of the scheduler, most telling first: a message names a reason for every node. */
const phrases: readonly (readonly [RegExp, PendingCause])[] = [
  [/volume node affinity conflict/, 'volume-zone'],
  [/exceed max volume count/, 'attach-limit'],
  [/Insufficient |Too many pods/, 'resources'],
  [/didn't match Pod's node affinity|pod (anti-)?affinity|topology spread/, 'affinity'],
  [/untolerated taint/, 'taints'],
];

export const imageReasons: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName']);

/** Pods that wait, by cause; the most frequent cause first. Pure. */
export function sortPending(pods: readonly WaitingPod[]): readonly PendingPods[] {
  const pending = pods.filter(
    ({ status, metadata }) => status?.phase === 'Pending' && metadata.deletionTimestamp === undefined,
  );
  const byCause = grouped(pending, causeOf);
  return [...byCause]
    .flatMap(([cause, all]) => (cause === null ? [] : [{ cause, all }]))
    .map(({ cause, all }) => ({
      cause,
      count: all.length,
      examples: all.slice(0, 5).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    }))
    .sort((left, right) => right.count - left.count);
}

/** Null for a pod that is merely starting. */
function causeOf({ status }: WaitingPod): PendingCause | null {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    const message = scheduled.message ?? '';
    return phrases.find(([phrase]) => phrase.test(message))?.[1] ?? 'other';
  }
  const waiting = status?.containerStatuses?.map(({ state }) => state?.waiting?.reason ?? '') ?? [];
  return waiting.some((reason) => imageReasons.has(reason)) ? 'image' : null;
}
