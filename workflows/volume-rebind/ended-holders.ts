import type { Holder } from '../../activities/kubernetes/marks.ts';
import { endedHolders, releaseWorkload } from './ports.ts';
import type { HeldWorkloadPlan, RebindWork } from './work.ts';

/**
 * Lets those leave the hold of a workload that ended without leaving it: a run that was terminated puts nothing back, and whoever
 * shares the hold with it would wait for ever. Only runs of which Temporal says that they ended; one that it does not know may be
 * of another Temporal. Returns the workflow ids of those that were taken out.
 */
export async function releaseEnded(
  { cluster }: RebindWork,
  { workload, reconcilers }: HeldWorkloadPlan,
  others: readonly Holder[] = [],
): Promise<readonly string[]> {
  if (others.length === 0) return [];
  const ended = await endedHolders({ holders: others, unknownIsEnded: false });
  for (const { recoveryId, workflowId } of ended) {
    await releaseWorkload({ cluster, recoveryId, workflowId, workload, reconcilers });
  }
  return ended.map(({ workflowId }) => workflowId);
}
