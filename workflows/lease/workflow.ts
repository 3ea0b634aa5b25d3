import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CoordinationActivities } from '../../activities/coordination/activities.ts';
import { waiting } from '../recovery/retries.ts';
import type { AcquireAnswer, AcquireRequest, LeaseState } from './contract.ts';
import { acquireUpdate, holdingsQuery, releaseUpdate } from './messages.ts';
import { conflicts, granted, type Holder, type Holding, sameHolder, without } from './scopes.ts';

/** Asking after the holders in the way: a look-up each, and for one that ended a moment ago the wait until its effects are over. */
const { endedHolders } = proxyActivities<CoordinationActivities>(waiting(120));

/**
 * Who may act on which part of a cluster. What must hold:
 * 1. Of two overlapping scopes at most one is held: the check and the grant happen with no await between them.
 * 2. `acquire` by a holder that holds the scopes already is granted again: an answer that was lost may be asked for again.
 * 3. A holder leaves by `release`, or when its workflow has ended; never because of the time that passed.
 * 4. It continues as new only with every handler finished.
 */
export async function clusterLease(state: LeaseState): Promise<void> {
  let holdings: readonly Holding[] = state.holdings;
  const hold = (next: readonly Holding[]) => {
    holdings = next;
    setCurrentDetails(details(state.cluster, holdings));
  };

  setHandler(acquireUpdate, (request) => acquire(request, () => holdings, hold), {
    description: 'Grants the scopes when nobody else holds an overlapping one.',
    validator: refuseMalformed,
  });
  setHandler(releaseUpdate, (holder) => hold(without(holdings, holder)), {
    description: 'Gives back everything that the holder has.',
  });
  setHandler(holdingsQuery, () => holdings);
  hold(holdings);

  await condition(() => workflowInfo().continueAsNewSuggested && allHandlersFinished());
  await continueAsNew<typeof clusterLease>({ cluster: state.cluster, holdings });
}

/** Grants at once, or asks which of the holders in the way have ended, drops those, and looks again at what then holds. */
async function acquire(
  { holder, scopes }: AcquireRequest,
  current: () => readonly Holding[],
  hold: (next: readonly Holding[]) => void,
): Promise<AcquireAnswer> {
  const alive: Holder[] = [];
  for (;;) {
    const inTheWay = conflicts(current(), holder, scopes);
    if (inTheWay.length === 0) {
      hold(granted(current(), holder, scopes));
      return { granted: true };
    }
    const known = inTheWay.find((other) => alive.some((seen) => sameHolder(seen, other.holder)));
    if (known !== undefined) return { granted: false, heldBy: known.holder.workflowId };
    const asked = inTheWay.map((other) => other.holder);
    const ended = await endedAmong(asked);
    for (const gone of ended) hold(without(current(), gone));
    alive.push(...asked.filter((other) => !ended.some((gone) => sameHolder(gone, other))));
  }
}

/** Those of whom it is known that they have ended; when nobody can tell, nobody has. */
async function endedAmong(holders: readonly Holder[]): Promise<readonly Holder[]> {
  try {
    return await endedHolders({ holders, unknownIsEnded: true });
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return [];
  }
}

function refuseMalformed({ holder, scopes }: AcquireRequest): void {
  if (!holder?.workflowId || !holder.recoveryId) throw new Error('holder: expected {"workflowId", "recoveryId"}');
  if (!Array.isArray(scopes) || scopes.some((scope) => typeof scope !== 'string')) {
    throw new Error('scopes: expected a list of paths');
  }
}

function details(cluster: string, holdings: readonly Holding[]): string {
  if (holdings.length === 0) return `Nobody acts on **${cluster}**.`;
  const lines = holdings.map(
    ({ holder, scopes }) => `- \`${holder.workflowId}\`: ${scopes.map((scope) => `\`${scope || '/'}\``).join(', ')}`,
  );
  return [`Who acts on **${cluster}**:`, '', ...lines].join('\n');
}
