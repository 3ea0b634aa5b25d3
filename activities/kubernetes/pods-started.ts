import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { kinds } from './kinds.ts';
import { isReady, type Node, type WaitingPod } from './node-objects.ts';
import type { WaitPodsStartedInput } from './node-types.ts';
import { imageReasons } from './pending-pods.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';

/**
 * Waits until at most so many pods are still starting, so that the next wave does not add its own to those of the last. A pod whose
 * image cannot be had starts no sooner for being waited for; nor does the wait ever stop a recovery: at its limit it says how many
 * are still starting.
 */
export async function waitPodsStarted(port: KubernetesPort, input: WaitPodsStartedInput, pace: Pace): Promise<string> {
  const look = async () => {
    const [nodes, pods] = await Promise.all([
      port.list<Node>(kinds.node, {}, pace.signal()),
      port.list<WaitingPod>(kinds.pod, {}, pace.signal()),
    ]);
    const living = new Set(nodes.filter(isReady).map(({ metadata }) => metadata.name));
    const starting = pods.filter((pod) => living.has(pod.spec.nodeName ?? '') && isStarting(pod)).length;
    if (starting <= input.atMost) return { done: `${starting} pods are still starting` };
    return { missing: `${starting} pods are starting, the next wave waits for ${input.atMost}` };
  };
  try {
    return await poll(pace, input.limitSeconds, 'not-yet', look, pace.began());
  } catch (error) {
    if (error instanceof RekindleError && error.code === 'not-yet') return error.message;
    throw error;
  }
}

function isStarting({ status, metadata }: WaitingPod): boolean {
  if (status?.phase !== 'Pending' || metadata.deletionTimestamp !== undefined) return false;
  return !status.containerStatuses?.some(({ state }) => imageReasons.has(state?.waiting?.reason ?? ''));
}
