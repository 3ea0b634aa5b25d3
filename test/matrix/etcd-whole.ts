/**
 * Cases that restore etcd as a whole, on three control-plane hosts of their own: each rewinds the cluster, and some stop machines of it. So
 * they come one after another, and each leaves three healthy members to the next.
 */
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import * as backup from '../../workflows/etcd-backup/contract.ts';
import { workflowId, workflowType } from '../../workflows/etcd-restore/contract.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { startHostAgent } from '../worlds/host-agents.ts';
import { approveWhenAsked } from './approve.ts';
import type { Ground, ScenarioMatrix, Situation } from './scenario-matrix.ts';

const cluster = 'prod';
const fault = 'etcd-quorum-lost';
/** Of three hosts, those that `etcd-quorum-lost` takes. */
const lost = [1, 2] as const;
const limits = { timeoutMs: 300_000, intervalMs: 500 };

interface WholeShape {
  readonly input: object;
  /** Two of the three hosts are gone before the run, and come back after it. */
  readonly quorumLost?: boolean;
  readonly cancelledIn?: string;
  readonly end: RecoveryResult['status'];
}

let turn: Promise<void> = Promise.resolve();

/** Waits until the case before has put everything back; the answer ends the turn. */
async function myTurn(): Promise<() => void> {
  const before = turn;
  let end: () => void = () => {};
  turn = new Promise((resolve) => {
    end = resolve;
  });
  await before;
  return end;
}

function whole({ input, quorumLost = false, cancelledIn, end }: WholeShape): Situation {
  return {
    workflowId: (name) => `${workflowId({ cluster })}/${name}`,
    ...(cancelledIn === undefined ? {} : { cancelledIn }),
    async prepare(ground, name) {
      const endTurn = await myTurn();
      const { sandbox, temporal } = ground;
      const hosts = sandbox.hosts(cluster);
      const agents = await Promise.all(hosts.map((host) => startHostAgent(host, temporal.env)));
      const run = temporal.client.workflow.getHandle(`${workflowId({ cluster })}/${name}`);
      let over = false;
      try {
        await takeSnapshot(ground);
        if (quorumLost) await sandbox.break(fault, { cluster });
      } catch (error) {
        endTurn();
        throw error;
      }
      // The plan asks where machines are stopped.
      const approval = approveWhenAsked(run, limits.timeoutMs, () => over).catch(() => {});
      return {
        input: { cluster, approval: 'automatic', ...input },
        problems: async (result) => (result.status === end ? [] : [`the run ended ${JSON.stringify(result)}`]),
        async remove() {
          over = true;
          await approval;
          const comeBack = async (index: number) => {
            const host = hosts[index];
            if (host === undefined) return;
            await sandbox.heal(fault, { cluster, host: host.name });
            await agents[index]?.kill();
            agents[index] = await startHostAgent(host, temporal.env);
          };
          const restored = `${workflowId({ cluster })}/${name}/back`;
          try {
            if (quorumLost && end === 'recovered') {
              // Each joins anew before the next boots: two of three would be the quorum of the old cluster.
              for (const index of lost) {
                await comeBack(index);
                await untilEnded(ground, restored, ({ status }) => status === 'recovered');
              }
            } else if (quorumLost) await Promise.all(lost.map(comeBack));
            if (quorumLost) await untilEnded(ground, restored, isHealthy);
          } finally {
            await Promise.all(agents.map((agent) => agent.kill()));
            endTurn();
          }
        },
      };
    },
  };
}

async function run({ temporal: { client, settings } }: Ground, type: string, id: string): Promise<RecoveryResult> {
  const { taskQueue } = settings.inventory.temporal;
  const args = [{ cluster, approval: 'automatic' }];
  return (await client.workflow.execute(type, { workflowId: id, taskQueue, args })) as RecoveryResult;
}

async function takeSnapshot(ground: Ground): Promise<void> {
  const { status } = await run(ground, backup.workflowType, backup.workflowId({ cluster }));
  if (status !== 'recovered') throw new Error(`the backup ended ${status}`);
}

function isHealthy(result: RecoveryResult): boolean {
  return result.status === 'refused' && result.reason === 'etcd-healthy';
}

/** Restores until one ends so: a host that has only just booted is not ready at once. */
async function untilEnded(ground: Ground, id: string, fits: (result: RecoveryResult) => boolean): Promise<void> {
  let last: RecoveryResult | undefined;
  const ended = waitFor(
    'the restore after the case',
    async () => {
      last = await run(ground, workflowType, id);
      return fits(last);
    },
    limits,
  );
  await ended.catch((error: Error) => {
    throw new Error(`${error.message}; the last ended ${JSON.stringify(last)}`, { cause: error });
  });
}

const rewound = [{ situation: 'forced' }] as const;
const fenced = [{ situation: 'fenced' }] as const;

export const etcdWholeMatrix: ScenarioMatrix<'forced' | 'fenced' | 'fence-cancelled'> = {
  slug: 'etcd-restore',
  workflowType,
  hosts: 3,
  situations: {
    forced: whole({ input: { force: true }, end: 'recovered' }),
    fenced: whole({ input: { fence: true }, quorumLost: true, end: 'recovered' }),
    'fence-cancelled': whole({
      input: { fence: true },
      quorumLost: true,
      cancelledIn: 'makeRestoreToken',
      end: 'cancelled',
    }),
  },
  entries: {
    makeRestoreToken: rewound,
    checkClusterApi: rewound,
    readHostMachines: fenced,
    fenceHosts: fenced,
    proveFenced: fenced,
    unfenceHosts: [{ situation: 'fence-cancelled' }],
  },
};
