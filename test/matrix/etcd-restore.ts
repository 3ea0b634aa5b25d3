import { workflowId, workflowType } from '../../workflows/etcd-restore/contract.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { startHostAgent } from '../worlds/host-agents.ts';
import type { ScenarioMatrix } from './scenario-matrix.ts';

const cluster = 'prod';
const everyTime = [{ situation: 'healthy' }] as const;

/**
 * Here only the way to a refusal: a restore rewinds the whole cluster, which the other cases work in. What a restore does beyond is
 * killed midway in `test/sandbox/faults/etcd-restore.faults.test.ts`, on three hosts of its own.
 */
export const etcdRestoreMatrix: ScenarioMatrix<'healthy'> = {
  slug: 'etcd-restore',
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
            result.status === 'refused' && result.reason === 'etcd-healthy'
              ? []
              : [`the run ended ${JSON.stringify(result)}`],
          remove: async () => {
            await Promise.all(agents.map((agent) => agent.kill()));
          },
        };
      },
    },
  },
  entries: { readControlPlane: everyTime, listEtcdSnapshots: everyTime },
};
