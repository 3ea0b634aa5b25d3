/** A recovery that does nothing but hold scopes until it is told to end. */
import { condition, defineSignal, defineUpdate, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CoordinationActivities } from '../../../activities/coordination/activities.ts';
import type { AcquireAnswer } from '../../../workflows/lease/contract.ts';
import { changing } from '../../../workflows/recovery/retries.ts';

export { clusterLease } from '../../../workflows/lease/workflow.ts';

const { acquireScopes, releaseScopes } = proxyActivities<CoordinationActivities>(changing);

export interface Asked {
  readonly cluster: string;
  readonly scopes: readonly string[];
}

export const acquireFor = defineUpdate<AcquireAnswer, [Asked]>('acquire-for');
export const releaseFor = defineUpdate<void, [string]>('release-for');
export const endHolder = defineSignal('end');

export async function holdScopes(): Promise<void> {
  const { workflowId, firstExecutionRunId: recoveryId } = workflowInfo();
  const holder = { workflowId, recoveryId };
  let ended = false;
  setHandler(acquireFor, (asked) => acquireScopes({ ...asked, holder }));
  setHandler(releaseFor, (cluster) => releaseScopes({ cluster, scopes: [], holder }));
  setHandler(endHolder, () => {
    ended = true;
  });
  await condition(() => ended);
}
