import { workflowId, workflowType } from '../../workflows/etcd-backup/contract.ts';
import type { ScenarioMatrix } from './scenario-matrix.ts';
import { withAgents } from './with-agents.ts';

const everyTime = [{ situation: 'healthy' }] as const;

/** Backups harm nobody, so they share the sandbox with the other cases. */
export const etcdBackupMatrix: ScenarioMatrix<'healthy'> = {
  slug: 'etcd-backup',
  workflowType,
  situations: { healthy: withAgents({ workflowId, fits: ({ status }) => status === 'recovered' }) },
  entries: { readControlPlane: everyTime, listEtcdSnapshots: everyTime, pruneEtcdSnapshots: everyTime },
};
