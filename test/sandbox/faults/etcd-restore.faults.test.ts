import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type KubernetesObject as ClientObject,
  CoreV1Api,
  KubeConfig,
  makeInformer,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import * as backup from '../../../workflows/etcd-backup/contract.ts';
import * as restore from '../../../workflows/etcd-restore/contract.ts';
import { cancelUpdate } from '../../../workflows/recovery/messages.ts';
import { type HostAgent, startHostAgent } from '../../worlds/host-agents.ts';
import {
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
} from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
const cluster = 'prod';
const patienceMs = 230_000;
let ground: RecoveryGround;
let agents: HostAgent[] = [];
let core: CoreV1Api;
let config: KubeConfig;

beforeAll(async () => {
  await sandbox.up({ hosts: 3 });
  ground = await openRecoveryGround(sandbox, 'etcd');
  agents = await Promise.all(sandbox.hosts(cluster).map((host) => startHostAgent(host, ground.temporal.env)));
  config = new KubeConfig();
  config.loadFromFile(sandbox.kubeconfigPath);
  core = config.makeApiClient(CoreV1Api);
  await note('before-backup');
  const handle = await ground.start(backup.workflowType, backup.workflowId({ cluster }), {
    cluster,
    approval: 'automatic',
  });
  expect(await resultOf(handle, patienceMs)).toMatchObject({ status: 'recovered' });
}, 360_000);

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.kill()));
  await ground?.close();
  await own.dispose();
});

const note = (name: string) =>
  core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name }, data: { name } } });

const notes = async () =>
  (await core.listNamespacedConfigMap({ namespace: 'default' })).items.map(({ metadata }) => metadata?.name);

const startRestore = (input: object = {}) =>
  ground.start(restore.workflowType, restore.workflowId({ cluster }), { cluster, approval: 'automatic', ...input });

const dataFolders = () =>
  sandbox.hosts(cluster).map((host) => {
    const member = join(host.etcd, 'member');
    return existsSync(member) ? statSync(member).ino : null;
  });

describe('a restore that must not be', () => {
  it('is refused while the members agree', async () => {
    expect(await resultOf(await startRestore())).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
  });

  it('is refused when the snapshot was tampered with', async () => {
    await sandbox.break('etcd-snapshot-tampered');
    const before = dataFolders();
    const result = await resultOf(await startRestore({ force: true }), patienceMs);
    await sandbox.heal('etcd-snapshot-tampered');
    expect(result).toMatchObject({ status: 'refused', reason: 'snapshot-tampered' });
    expect(dataFolders()).toEqual(before);
  });

  it('is refused when one member is broken and the others hold the quorum', async () => {
    await sandbox.break('etcd-corrupt-member', { host: 'prod-2' });
    const result = await resultOf(await startRestore(), patienceMs);
    await sandbox.heal('etcd-corrupt-member');
    expect(result).toMatchObject({ status: 'refused', reason: 'etcd-member-broken' });
  });

  it('is refused when nobody can prove that etcd is stopped on a host', async () => {
    await sandbox.break('host-unreachable', { host: 'prod-3' });
    const result = await resultOf(await startRestore(), patienceMs);
    await sandbox.heal('host-unreachable');
    expect(result).toMatchObject({ status: 'refused', reason: 'host-unreachable' });
  });
});

describe('with the data of every member damaged', () => {
  it('a restore that is cancelled before the API servers start puts the old data back', async () => {
    await sandbox.break('etcd-corrupt-all');
    const before = dataFolders();
    const handle = await startRestore();
    await progressUntil(
      handle,
      'the new data in place',
      ({ steps }) => steps.some(({ id, state }) => id === 'start-etcd' && state === 'running'),
      patienceMs,
    );
    await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'tester', comment: 'not today' }] });
    const result = await resultOf(handle, patienceMs);
    expect(result).toMatchObject({ status: 'cancelled', left: [] });
    expect(dataFolders()).toEqual(before);
    for (const host of sandbox.hosts(cluster)) expect(existsSync(join(host.manifests, 'etcd.yaml'))).toBe(true);
  });

  it('the cluster is restored on every host, also when worker and an agent are killed midway', async () => {
    await sandbox.break('etcd-corrupt-all');
    const seen = new Set<string>();
    const list = () => core.listNamespacedConfigMap({ namespace: 'default' });
    const informer = makeInformer<V1ConfigMap & ClientObject>(config, '/api/v1/namespaces/default/configmaps', list);
    informer.on('add', (object) => seen.add(object.metadata?.name ?? ''));
    informer.on('error', () => setTimeout(() => void informer.start().catch(() => {}), 500));
    void informer.start().catch(() => {});
    try {
      const handle = await startRestore();
      await expect(startRestore()).rejects.toThrow(/already/i);
      await progressUntil(
        handle,
        'the stop of etcd',
        ({ steps }) => steps.some(({ id, state }) => id === 'stop-etcd' && state === 'running'),
        patienceMs,
      );
      await ground.worker().kill();
      await agents[1]?.kill();
      await ground.startWorker();
      const [, second] = sandbox.hosts(cluster);
      if (second !== undefined) agents[1] = await startHostAgent(second, ground.temporal.env);
      expect(await resultOf(handle, patienceMs)).toMatchObject({ status: 'recovered' });
      expect(await notes()).toContain('before-backup');
      for (const host of sandbox.hosts(cluster)) {
        expect(existsSync(join(host.etcd, `rekindle-${handle.firstExecutionRunId}`))).toBe(true);
      }
      await note('after-restore');
      await waitFor('the informer to see what was written after the restore', () => seen.has('after-restore'), {
        timeoutMs: 60_000,
      });
    } finally {
      await informer.stop();
    }
  });
});
