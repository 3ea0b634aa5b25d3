import { type ActivityOptions, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { HostActivities } from '../../activities/hosts/types.ts';

/** The activities of one host's agent: only that agent listens on the queue. */
export function onHost(cluster: string, host: string, options: ActivityOptions): HostActivities {
  return proxyActivities<HostActivities>({ ...options, taskQueue: `host/${cluster}/${host}` });
}

/**
 * Does it on every host at once and waits for all, also when one failed: a step that is repeated must not meet its own earlier try.
 * Throws the first failure.
 */
export async function onEveryHost<Host, T>(
  hosts: readonly Host[],
  act: (host: Host) => Promise<T>,
): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(hosts.map(act));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** For questions whose answer is welcome but not needed: null when there is none. */
export async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isCancellation(error)) throw error;
    return null;
  }
}
