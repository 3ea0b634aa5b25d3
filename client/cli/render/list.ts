import type { ListedRecovery } from '../../recoveries.ts';
import { columns } from './columns.ts';
import { duration } from './duration.ts';

/** One line a recovery, newest first. */
export function renderList(recoveries: readonly ListedRecovery[], now: number): string[] {
  if (recoveries.length === 0) return ['no recoveries; `rekindle start <scenario>` starts one'];
  return columns([
    ['workflow', 'state', 'started', 'took', 'target'],
    ...recoveries.map((recovery) => [
      recovery.workflowId,
      stateOf(recovery),
      recovery.startedAt.toISOString().slice(0, 19).replace('T', ' '),
      duration(((recovery.closedAt?.getTime() ?? now) - recovery.startedAt.getTime()) / 1000),
      recovery.target,
    ]),
  ]);
}

function stateOf({ result, status, waitingFor, phase }: ListedRecovery): string {
  if (result !== null) return result;
  return status === 'running' ? (waitingFor ?? phase ?? 'starting') : status;
}
