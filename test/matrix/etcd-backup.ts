import { workflowId, workflowType } from '../../workflows/etcd-backup/contract.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { startHostAgent } from '../worlds/host-agents.ts';
import type { ScenarioMatrix } from './scenario-matrix.ts';

const cluster = 'prod';
const everyTime = [{ situation: 'healthy' }] as const;

/** Backups harm nobody, so they share the sandbox with the other cases. Each case has an agent of its own. */
export const etcdBackupMatrix: ScenarioMatrix<'healthy'> = {
  slug: 'etcd-backup',
  workflowType,
  situations: {
    healthy: {
      // An id of its own: the worker that is armed for the next case must leave this one alone.
      workflowId: (name) => `${workflowId({ cluster })}/${name}`,
      async prepare({ sandbox, temporal }) {
        const agents = await Promise.all(sandbox.hosts(cluster).map((host) => startHostAgent(host, temporal.env)));
        return {
          input: { cluster, approval: 'automatic' },
          problems: async (result: RecoveryResult) =>
            result.status === 'recovered' ? [] : [`the run ended ${JSON.stringify(result)}`],
          remove: async () => {
            await Promise.all(agents.map((agent) => agent.kill()));
          },
        };
      },
    },
  },
  entries: { readControlPlane: everyTime, listEtcdSnapshots: everyTime, pruneEtcdSnapshots: everyTime },
};
