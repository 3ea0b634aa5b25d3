import { createHash } from 'node:crypto';
import type { Approval, OperatorDecision } from '../workflows/recovery/messages.ts';
import type { Progress } from '../workflows/recovery/progress.ts';

/*
 * Temporal takes an update of the same id once, and gives its first answer to every repeat. So an id must be the same for what a
 * person repeats (a lost reply, a second press), and another for the same words on another occasion. Ids are not encrypted: what
 * a person is called goes into them as a digest.
 */

/**
 * An approval is of one plan in one round: when the facts drift from a plan and back to it, the plan is asked for anew, and the
 * earlier approval must not stand for the later one.
 */
export function approvalId(progress: Pick<Progress, 'timeline'>, { planHash, decision, actor }: Approval): string {
  const adopted = `Plan ${planHash.slice(0, 12)}:`;
  const round = progress.timeline.filter(({ what }) => what.startsWith(adopted)).length;
  return id('approve', planHash, round, decision, actor);
}

/** A decision is about one time that a step was parked; null when none is, or another. */
export function decisionId(
  { operatorRequest }: Pick<Progress, 'operatorRequest'>,
  { stepId, decision, actor }: OperatorDecision,
): string | null {
  if (operatorRequest?.stepId !== stepId) return null;
  return id('decide', stepId, operatorRequest.since, decision, actor);
}

/** A run is cancelled once. */
export function cancelId(actor: string): string {
  return id('cancel', actor);
}

function id(what: string, ...parts: readonly (string | number)[]): string {
  return `${what}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}
