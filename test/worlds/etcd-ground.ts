/** Three control-plane hosts with their agents, a worker, and a snapshot: the ground of the tests that break etcd. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import * as backup from '../../workflows/etcd-backup/contract.ts';
import * as restore from '../../workflows/etcd-restore/contract.ts';
import { approveUpdate } from '../../workflows/recovery/messages.ts';
import type { Plan } from '../../workflows/recovery/plan.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { type HostAgent, startHostAgent } from './host-agents.ts';
import {
  awaitsApproval,
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
  type StartedRecovery,
} from './recovery-in-namespace.ts';

export const etcdCluster = 'prod';
export const etcdPatienceMs = 400_000;

export interface EtcdGround {
  readonly ground: RecoveryGround;
  readonly agents: HostAgent[];
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  /** Takes a snapshot and waits for it. */
  backUp(): Promise<void>;
  startRestore(input?: object): Promise<StartedRecovery>;
  restored(input?: object): Promise<RecoveryResult>;
  /** Starts a restore and says no when it asks for a person, which must leave all as it was. Returns the plan that it asked with. */
  rejected(): Promise<Plan>;
  /** Writes a ConfigMap of that name. */
  note(name: string): Promise<void>;
  notes(): Promise<string[]>;
  /** What a refusal must leave as it was: inodes of the data, and the manifests in place. */
  untouched(): unknown;
  /** Starts an agent in the place of the one of that host. */
  restartAgent(index: number): Promise<void>;
  close(): Promise<void>;
}

export async function openEtcdGround(sandbox: Sandbox, namespace: string): Promise<EtcdGround> {
  await sandbox.up({ hosts: 3 });
  const hosts = sandbox.hosts(etcdCluster);
  const ground = await openRecoveryGround(sandbox, namespace);
  const agents = await Promise.all(hosts.map((host) => startHostAgent(host, ground.temporal.env)));
  const config = new KubeConfig();
  config.loadFromFile(sandbox.kubeconfigPath);
  const core = config.makeApiClient(CoreV1Api);
  const startRestore = (input: object = {}) =>
    ground.start(restore.workflowType, restore.workflowId({ cluster: etcdCluster }), {
      cluster: etcdCluster,
      approval: 'automatic',
      ...input,
    });
  const untouched = () =>
    hosts.map(({ etcd, manifests }) => ({
      data: existsSync(join(etcd, 'member')) ? statSync(join(etcd, 'member')).ino : null,
      manifests: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => {
        const file = join(manifests, `${name}.yaml`);
        return existsSync(file) ? readFileSync(file, 'utf8') : null;
      }),
    }));
  return {
    ground,
    agents,
    config,
    core,
    startRestore,
    async backUp() {
      const handle = await ground.start(backup.workflowType, backup.workflowId({ cluster: etcdCluster }), {
        cluster: etcdCluster,
        approval: 'automatic',
      });
      expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    },
    restored: async (input) => resultOf(await startRestore(input), etcdPatienceMs),
    async rejected() {
      const before = untouched();
      const handle = await startRestore();
      const { plan } = await progressUntil(handle, 'the question for an approval', awaitsApproval, etcdPatienceMs);
      if (plan === null) throw new Error('an approval is asked for, and there is no plan');
      await handle.executeUpdate(approveUpdate, {
        args: [{ actor: 'tester', planHash: plan.hash, decision: 'reject' }],
      });
      expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'refused', reason: 'approval-rejected' });
      expect(untouched()).toEqual(before);
      return plan;
    },
    async note(name) {
      await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name }, data: { name } } });
    },
    async notes() {
      const { items } = await core.listNamespacedConfigMap({ namespace: 'default' });
      return items.map(({ metadata }) => metadata?.name ?? '');
    },
    untouched,
    async restartAgent(index) {
      const host = hosts[index];
      if (host === undefined) throw new Error(`no host ${index}`);
      await agents[index]?.kill();
      agents[index] = await startHostAgent(host, ground.temporal.env);
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.kill()));
      await ground.close();
    },
  };
}
