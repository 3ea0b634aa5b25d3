import type { WorkflowHandle } from '@temporalio/client';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { approveUpdate, progressQuery } from '../../workflows/recovery/messages.ts';

/**
 * Approves every plan that the run asks about, also the one that it makes anew because the facts drifted. Ends once the run executes
 * or is over, or when `givenUp` says so: nothing may ask on after its namespace was closed.
 */
export async function approveWhenAsked(
  handle: WorkflowHandle,
  timeoutMs: number,
  givenUp: () => boolean = () => false,
): Promise<void> {
  await waitFor(
    'the approval',
    async () => {
      if (givenUp()) return true;
      const { standstill, plan, phase, result } = await handle.query(progressQuery);
      if (result !== null || phase === 'executing') return true;
      if (standstill !== 'awaiting-approval' || plan === null) return false;
      const approval = { actor: 'matrix', planHash: plan.hash, decision: 'approve' } as const;
      await handle.executeUpdate(approveUpdate, { args: [approval] });
      return false;
    },
    { timeoutMs, intervalMs: 500 },
  );
}
