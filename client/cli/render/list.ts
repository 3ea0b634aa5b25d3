import type { ListedRecovery } from '../../listed-recovery.ts';
import { columns } from './columns.ts';
import { duration } from './duration.ts';

/** What Temporal knows of one recovery by itself. */
export function renderListed(recovery: ListedRecovery, now: number): string[] {
  const { workflowId, scenario, target, cluster, startedAt } = recovery;
  const facts = [
    ['workflow', workflowId],
    ['scenario', scenario],
    ['target', target === '' ? cluster : `${target} on ${cluster}`],
    ['state', stateOf(recovery)],
    ['started', utc(startedAt)],
    ['took', took(recovery, now)],
  ];
  return columns(facts);
}

/** One line a recovery, in the order given. */
export function renderList(recoveries: readonly ListedRecovery[], now: number): string[] {
  if (recoveries.length === 0) return ['no recoveries; `rekindle start <scenario>` starts one'];
  return columns([
    ['workflow', 'state', 'started (UTC)', 'took', 'target'],
    ...recoveries.map((recovery) => [
      recovery.workflowId,
      stateOf(recovery),
      utc(recovery.startedAt),
      took(recovery, now),
      recovery.target,
    ]),
  ]);
}

function utc(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

function took({ closedAt, startedAt }: ListedRecovery, now: number): string {
  return duration(((closedAt?.getTime() ?? now) - startedAt.getTime()) / 1000);
}

function stateOf({ result, status, waitingFor, phase }: ListedRecovery): string {
  if (result !== null) return result;
  return status === 'running' ? (waitingFor ?? phase ?? 'starting') : status;
}
