import { Context } from '@temporalio/activity';
import type { AcquireAnswer } from '../../workflows/lease/contract.ts';
import type { Holder } from '../../workflows/lease/scopes.ts';
import { activityPace, type Pace } from '../pace.ts';
import type { LeaseClient } from './port.ts';

export interface CoordinationActivities {
  /**
   * Claims parts of a cluster for a recovery, or says who has an overlapping one. Paths are as in `Scenario.scopes`.
   *
   * Safe to retry: the lease grants the same holder again what it holds already.
   */
  acquireScopes(request: { cluster: string; scopes: readonly string[]; holder: Holder }): Promise<AcquireAnswer>;
  /**
   * Gives back everything that the recovery holds in the cluster.
   *
   * Safe to retry: giving back what is not held changes nothing.
   */
  releaseScopes(request: { cluster: string; scopes: readonly string[]; holder: Holder }): Promise<void>;
  /**
   * Which of the holders have ended, so that none of their effects can still be under way.
   *
   * Safe to retry: only reads.
   */
  endedHolders(request: EndedHoldersRequest): Promise<Holder[]>;
}

export interface EndedHoldersRequest {
  readonly holders: readonly Holder[];
  /**
   * Whether a run that this Temporal does not know counts as ended: yes for holders that only its own runs can be, no for those
   * that were read in a cluster, where another Temporal may have written them.
   */
  readonly unknownIsEnded: boolean;
}

export interface CoordinationDependencies {
  readonly leases: LeaseClient;
  readonly pace?: Pace;
}

/**
 * A run that was terminated or timed out leaves activities that learn of it with their next heartbeat, a second later, and then
 * give up their request. So long after its end nothing of it is under way any more.
 */
export const settleMs = 10_000;

export function createCoordinationActivities({
  leases,
  pace = activityPace,
}: CoordinationDependencies): CoordinationActivities {
  return {
    acquireScopes: ({ cluster, scopes, holder }) => leases.acquire(cluster, { holder, scopes }, ownUpdateId('acquire')),
    releaseScopes: ({ cluster, holder }) => leases.release(cluster, holder, ownUpdateId('release')),
    async endedHolders({ holders, unknownIsEnded }) {
      const ended: Holder[] = [];
      for (const holder of holders) {
        const state = await leases.stateOf(holder);
        if (state.kind === 'running' || (state.kind === 'unknown-to-temporal' && !unknownIsEnded)) continue;
        if (state.kind === 'ended' && state.abrupt) {
          const rest = state.endedAt + settleMs - pace.now();
          pace.report(`${holder.workflowId} ended abruptly; waiting until its effects are over`);
          if (rest > 0) await pace.sleep(rest);
        }
        ended.push(holder);
      }
      return ended;
    },
  };
}

/** The same for every attempt of this activity, and of no other. */
function ownUpdateId(verb: string): string {
  const { workflowExecution, activityId } = Context.current().info;
  return `${verb}/${workflowExecution?.runId ?? 'no-run'}/${activityId}`;
}
