import * as backup from '../../workflows/etcd-backup/contract.ts';
import { workflowId, workflowType } from '../../workflows/etcd-restore/contract.ts';
import type { Ground, ScenarioMatrix } from './scenario-matrix.ts';
import { agentsCluster as cluster, withAgents } from './with-agents.ts';

const refused = [{ situation: 'healthy' }] as const;
const planned = [{ situation: 'dry-run' }] as const;

/**
 * Here only the ways to a refusal and to a plan: a restore rewinds the whole cluster, which the other cases work in. What a restore
 * does beyond is killed in `test/sandbox/faults/etcd-*.faults.test.ts`, on three hosts of its own.
 */
export const etcdRestoreMatrix: ScenarioMatrix<'healthy' | 'dry-run'> = {
  slug: 'etcd-restore',
  workflowType,
  situations: {
    healthy: withAgents({
      workflowId,
      fits: (result) => result.status === 'refused' && result.reason === 'etcd-healthy',
    }),
    'dry-run': withAgents({
      workflowId,
      input: { force: true, dryRun: true },
      first: takeSnapshot,
      fits: ({ status }) => status === 'planned',
    }),
  },
  entries: { readControlPlane: refused, listEtcdSnapshots: refused, readCloudRewind: planned },
};

async function takeSnapshot({ temporal: { client, settings } }: Ground): Promise<void> {
  const { taskQueue } = settings.inventory.temporal;
  const backupId = `${backup.workflowId({ cluster })}/for-dry-runs`;
  const args = [{ cluster, approval: 'automatic' }];
  await client.workflow.execute(backup.workflowType, {
    workflowId: backupId,
    taskQueue,
    args,
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}
