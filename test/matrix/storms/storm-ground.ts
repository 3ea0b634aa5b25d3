import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { HostDirectory } from '../../../sandbox/hosts/host-directory.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { type OwnNamespace, openNamespace } from '../temporal-namespace.ts';
import { startWorkerProcess } from '../worker-process.ts';
import { type KeptRunning, keepRunning } from './kept-running.ts';
import type { StormOrder } from './storm-interceptor.ts';

/** Who dies in a storm: each process in each of its activities, or nobody by itself. */
export type Struck = 'agents' | 'worker' | 'nobody';

export interface StormGround {
  readonly sandbox: Sandbox;
  readonly hosts: readonly HostDirectory[];
  readonly temporal: OwnNamespace;
  readonly worker: KeptRunning;
  readonly agents: readonly KeptRunning[];
  /** `<activity>.<activity id>.<process>` of every death so far. */
  deaths(): readonly string[];
  /** With the id of the storm, unless another is given: in a run of that one nobody dies. */
  start(workflowType: string, input: object, id?: string): Promise<WorkflowHandle & { firstExecutionRunId: string }>;
  close(): Promise<void>;
}

/** A worker and an agent for every host, each started again whenever it has died; `struck` die in every activity, at `point`. */
export async function openStormGround(
  sandbox: Sandbox,
  cluster: string,
  workflowId: string,
  struck: Struck,
  point: StormOrder['point'],
): Promise<StormGround> {
  const run = randomUUID().slice(0, 6);
  const hosts = sandbox.hosts(cluster);
  const temporal = await openNamespace(sandbox, `storm-${run}`);
  const deaths = join(sandbox.dir, `storm-${run}`);
  const log = (name: string) => join(sandbox.dir, 'logs', `storm-${run}-${name}.log`);
  const order = (name: string): StormOrder => ({ workflowId, point, deaths, name });
  const agents = await Promise.all(
    hosts.map(({ name, dir }) =>
      keepRunning(() =>
        startWorkerProcess(
          temporal.env,
          log(name),
          struck === 'agents' ? order(name) : undefined,
          join(dir, 'agent.yaml'),
        ),
      ),
    ),
  );
  const worker = await keepRunning(() =>
    startWorkerProcess(temporal.env, log('worker'), struck === 'worker' ? order('worker') : undefined),
  );
  return {
    sandbox,
    hosts,
    temporal,
    worker,
    agents,
    deaths: () => (existsSync(deaths) ? readdirSync(deaths) : []),
    start: (workflowType, input, id = workflowId) =>
      temporal.client.workflow.start(workflowType, {
        workflowId: id,
        taskQueue: temporal.settings.inventory.temporal.taskQueue,
        args: [input],
      }),
    async close() {
      await Promise.all([worker.stop(), ...agents.map((agent) => agent.stop())]);
      await temporal.close();
      rmSync(deaths, { recursive: true, force: true });
    },
  };
}

/** Inode of each host's data; null where there is none. A rename keeps it, and only a rename. */
export function dataInodes(hosts: readonly HostDirectory[]): (number | null)[] {
  return hosts.map(({ etcd }) => inodeOf(join(etcd, 'member')));
}

/** Inode of the data that a recovery keeps beside the new one, by host. */
export function keptInodes(hosts: readonly HostDirectory[], recoveryId: string): (number | null)[] {
  return hosts.map(({ etcd }) => {
    const folder = join(etcd, `rekindle-${recoveryId}`);
    const before = existsSync(folder) ? readdirSync(folder).find((name) => name.startsWith('before-')) : undefined;
    return before === undefined ? null : inodeOf(join(folder, before, 'member'));
  });
}

function inodeOf(path: string): number | null {
  return existsSync(path) ? statSync(path).ino : null;
}
