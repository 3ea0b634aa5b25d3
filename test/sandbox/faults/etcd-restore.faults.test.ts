import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AppsV1Api,
  type KubernetesObject as ClientObject,
  makeInformer,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import * as restore from '../../../workflows/etcd-restore/contract.ts';
import {
  approveUpdate,
  cancelUpdate,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
} from '../../../workflows/recovery/messages.ts';
import type { Progress } from '../../../workflows/recovery/progress.ts';
import { type EtcdGround, etcdCluster, etcdPatienceMs, openEtcdGround } from '../../worlds/etcd-ground.ts';
import { makePayments, payments } from '../../worlds/payments-namespace.ts';
import { awaitsApproval, progressUntil, resultOf, type StartedRecovery } from '../../worlds/recovery-in-namespace.ts';
import { recordedAs } from '../../worlds/snapshot-records.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
let etcd: EtcdGround;
let apps: AppsV1Api;

beforeAll(async () => {
  etcd = await openEtcdGround(sandbox, 'etcd');
  apps = etcd.config.makeApiClient(AppsV1Api);
  await makePayments(etcd.config);
  await etcd.note('before-backup');
  await etcd.backUp();
});

afterAll(async () => {
  await etcd?.close();
  await own.dispose();
});

/** Also when the step was too short to be seen running. */
const begun =
  (step: string) =>
  ({ steps }: Progress) =>
    steps.some(({ id, state }) => id === step && state !== 'pending');

async function proved(handle: StartedRecovery): Promise<void> {
  const { evidence } = await handle.query(progressQuery);
  expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
  expect(evidence.length).toBeGreaterThan(7);
}

describe('a restore that must not be changes nothing', () => {
  const refusedAs = async (reason: string, input: object = {}) => {
    const before = etcd.untouched();
    const result = await etcd.restored(input);
    expect(result).toMatchObject({ status: 'refused', reason });
    expect(etcd.untouched()).toEqual(before);
    return result.status === 'refused' ? result.message : '';
  };

  it('while the members agree', () => refusedAs('etcd-healthy'));

  it('with a snapshot that was tampered with', async () => {
    await sandbox.break('etcd-snapshot-tampered');
    await refusedAs('snapshot-tampered', { force: true });
    await sandbox.heal('etcd-snapshot-tampered');
  });

  it('with a snapshot of another minor of etcd, of a newer Kubernetes, or of more members than there are hosts', async () => {
    const older = await recordedAs(sandbox, 'older', { etcdVersion: '3.5.21' });
    await refusedAs('snapshot-version-skew', { force: true, snapshot: older });
    const newer = await recordedAs(sandbox, 'newer', { kubernetesVersion: '1.99.0' });
    await refusedAs('snapshot-version-skew', { force: true, snapshot: newer });
    const fourth = { name: 'prod-4', peerUrl: 'https://10.0.0.4:2380' };
    const larger = await recordedAs(sandbox, 'larger', ({ members }) => ({ members: [...members, fourth] }));
    await refusedAs('hosts-missing', { force: true, snapshot: larger });
  });

  it('when a host lacks the key that encrypts the Secrets of the snapshot', async () => {
    const [, , third] = sandbox.hosts(etcdCluster);
    const file = join(third?.pki ?? '', 'encryption-config.yaml');
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, kept.replace(/name: \S+/, 'name: another'));
    await refusedAs('encryption-key-missing', { force: true });
    writeFileSync(file, kept);
  });

  it('while the data of a quorum is whole and etcd only does not serve it, unless a person says so', async () => {
    await sandbox.break('etcd-peers-refused');
    const { approvalBecause } = await etcd.rejected();
    expect(approvalBecause).toMatch(/^the data on prod-1, prod-2, prod-3 can be opened/);
    await sandbox.heal('etcd-peers-refused');
    await refusedAs('etcd-healthy');
  });

  it('while a quorum answers that has no leader', async () => {
    await sandbox.break('etcd-peers-cut');
    expect(await refusedAs('etcd-leaderless')).toMatch(/peer\.crt of prod-3 does not name 127\.0\.0\.1/);
    await sandbox.heal('etcd-peers-cut');
    await refusedAs('etcd-healthy');
  });

  it('when nobody can prove that etcd is stopped on a host', async () => {
    await sandbox.break('host-unreachable', { host: 'prod-3' });
    await refusedAs('host-unreachable', { force: true });
    await sandbox.heal('host-unreachable');
  });
});

describe('after a namespace was deleted', () => {
  it('the plan names what comes back and what goes, and nobody who watched before is left with stale objects', async () => {
    await etcd.note('made-later');
    const { seen, stop } = watchNotes();
    await waitFor('the informer', () => seen.has('made-later'), { timeoutMs: 60_000 });
    await sandbox.break('bad-write', { namespace: payments });

    const handle = await etcd.startRestore({ force: true, approval: 'required' });
    const { plan } = await progressUntil(handle, 'the plan', awaitsApproval);
    const losses = (plan?.recoveryPoint.losses ?? []).join('\n');
    expect(losses).toContain(`namespaces ${payments}`);
    expect(losses).toContain(`deployments ${payments}/api`);
    expect(losses).toContain('configmaps default/made-later');
    // Both readers agree on everything else: the snapshot's file, and etcdctl on the members.
    expect(losses).toMatch(/gone afterwards.*\b1 configmaps\b/);
    expect(losses).toMatch(/back afterwards.*\b1 namespaces\b/);
    expect(await etcd.notes()).toContain('made-later');
    await etcd.note('made-while-the-plan-waits');
    const approval = { actor: 'tester', planHash: plan?.hash ?? '', decision: 'approve' } as const;
    await handle.executeUpdate(approveUpdate, { args: [approval] });
    await expect(etcd.startRestore()).rejects.toThrow(/already/i);
    await progressUntil(handle, 'the work', begun('prepare-data'), etcdPatienceMs);
    // It stands still while the second is judged, so that it holds its scope until then.
    await handle.executeUpdate(pauseUpdate, { args: [{ actor: 'tester' }] });
    const second = await etcd.ground.start(
      restore.workflowType,
      `${restore.workflowId({ cluster: etcdCluster })}/second`,
      {
        cluster: etcdCluster,
        approval: 'automatic',
        force: true,
      },
    );
    expect(await resultOf(second, etcdPatienceMs)).toMatchObject({ status: 'refused', reason: 'scope-held' });
    await handle.executeUpdate(resumeUpdate, { args: [{ actor: 'tester' }] });
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    await proved(handle);
    const { evidence } = await handle.query(progressQuery);
    const beyond = evidence
      .find(({ target }) => target === 'what the rewind took back')
      ?.detail.split('written after')[1];
    expect(beyond).toContain('gone configmaps default/made-while-the-plan-waits');
    expect(beyond).not.toMatch(new RegExp(`made-later|${payments}/api`));

    expect((await etcd.core.readNamespace({ name: payments })).status?.phase).toBe('Active');
    expect(await etcd.notes()).toContain('before-backup');
    expect(await etcd.notes()).not.toContain('made-later');
    await etcd.note('after-restore');
    await waitFor('the informer to see the truth', () => seen.has('after-restore') && !seen.has('made-later'), {
      timeoutMs: 60_000,
    });
    await stop();
    const scale = { metadata: { name: 'api', namespace: payments }, spec: { replicas: 3 } };
    await apps.replaceNamespacedDeploymentScale({ name: 'api', namespace: payments, body: scale });
    const ready = async () =>
      (await apps.readNamespacedDeployment({ name: 'api', namespace: payments })).status?.readyReplicas === 3;
    await waitFor('the pods of the scaled Deployment', ready, { timeoutMs: 90_000, intervalMs: 500 });
  });

  function watchNotes() {
    const seen = new Set<string>();
    const list = () => etcd.core.listNamespacedConfigMap({ namespace: 'default' });
    const path = '/api/v1/namespaces/default/configmaps';
    const informer = makeInformer<V1ConfigMap & ClientObject>(etcd.config, path, list);
    informer.on('add', ({ metadata }) => seen.add(metadata?.name ?? ''));
    informer.on('delete', ({ metadata }) => seen.delete(metadata?.name ?? ''));
    informer.on('error', () => setTimeout(() => void informer.start().catch(() => {}), 500));
    void informer.start().catch(() => {});
    return { seen, stop: () => informer.stop() };
  }
});

describe('with the data of every member damaged', () => {
  it('a restore that is cancelled before the API servers start puts the old data back', async () => {
    await sandbox.break('etcd-corrupt-all');
    const before = etcd.untouched();
    const handle = await etcd.startRestore();
    await progressUntil(handle, 'the swap of the data', begun('swap-data'), etcdPatienceMs);
    await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'tester', comment: 'not today' }] });
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'cancelled', left: [] });
    expect(etcd.untouched()).toEqual(before);
  });

  it('the cluster is restored on every host, also when worker and an agent are killed midway', async () => {
    const handle = await etcd.startRestore();
    await progressUntil(handle, 'the stop of etcd', begun('stop-etcd'), etcdPatienceMs);
    await etcd.ground.worker().kill();
    await etcd.restartAgent(1);
    await etcd.ground.startWorker();
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    await proved(handle);
    expect(await etcd.notes()).toContain('before-backup');
    for (const host of sandbox.hosts(etcdCluster)) {
      expect(existsSync(join(host.etcd, `rekindle-${handle.firstExecutionRunId}`))).toBe(true);
    }
  });

  it.each(['start-api-servers', 'start-controllers'])(
    'a cancel in %s, past the point of no return, leaves the restored cluster running and says so',
    async (step) => {
      const handle = await etcd.startRestore({ force: true });
      await progressUntil(handle, step, begun(step), etcdPatienceMs);
      await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'tester' }] });
      const result = await resultOf(handle, etcdPatienceMs);
      expect(result).toMatchObject({ status: 'cancelled' });
      expect(result.status === 'cancelled' && result.left.join()).toMatch(/Put the old data back: not done/);
      await waitFor('the API', async () => (await etcd.notes()).includes('before-backup'), { timeoutMs: 120_000 });
      expect(await etcd.restored()).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
    },
  );
});
