import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { startHostAgent } from '../worlds/host-agents.ts';
import type { Ground, Situation } from './scenario-matrix.ts';

export const agentsCluster = 'prod';

export interface AgentsShape {
  workflowId(input: { readonly cluster: string }): string;
  /** Beside cluster and approval. */
  readonly input?: object;
  /** Done once the agents run, before the case. */
  readonly first?: (ground: Ground) => Promise<void>;
  /** Whether the run ended as it should. */
  fits(result: RecoveryResult): boolean;
}

/** A situation in which every control-plane host has an agent of its own; the run changes nothing that other cases work in. */
export function withAgents({ workflowId, input = {}, first, fits }: AgentsShape): Situation {
  return {
    // An id of its own: the worker that is armed for the next case must leave this one alone.
    workflowId: (name) => `${workflowId({ cluster: agentsCluster })}/${name}`,
    async prepare(ground) {
      const { sandbox, temporal } = ground;
      const agents = await Promise.all(sandbox.hosts(agentsCluster).map((host) => startHostAgent(host, temporal.env)));
      await first?.(ground);
      return {
        input: { cluster: agentsCluster, approval: 'automatic', ...input },
        problems: async (result) => (fits(result) ? [] : [`the run ended ${JSON.stringify(result)}`]),
        remove: async () => {
          await Promise.all(agents.map((agent) => agent.kill()));
        },
      };
    },
  };
}
