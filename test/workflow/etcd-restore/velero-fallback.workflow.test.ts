import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, expect, inject, it } from 'vitest';
import type { ControlPlane } from '../../../activities/etcd/types.ts';
import type { FindBackupInput, FoundBackup } from '../../../activities/restores/types.ts';
import { workflowInterceptorModules } from '../../../worker/workflow-bundle.ts';
import { type EtcdRestoreInput, workflowType } from '../../../workflows/etcd-restore/contract.ts';
import type { NamespaceRestoreInput } from '../../../workflows/namespace-restore/contract.ts';
import { decideUpdate, progressQuery } from '../../../workflows/recovery/messages.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import { progressUntil } from '../../worlds/recovery-in-namespace.ts';
import { LadderWorld } from '../engine/ladder-run.ts';

let bundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  const workflowsPath = new URL('./with-replaced-child.ts', import.meta.url).pathname;
  bundle = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules });
});

const eks: ControlPlane = {
  kind: 'eks',
  region: 'us-east-1',
  bucket: null,
  hosts: [],
  instances: {},
  criticalNamespaces: [
    { name: 'shop', priority: 2 },
    { name: 'payments', priority: 1 },
    { name: 'identity', priority: 1 },
  ],
};

const recovered: RecoveryResult = { status: 'recovered', summary: '12 objects' };

/** Two backups: the newest has no `shop`. */
function newest({ backup, namespaces }: FindBackupInput): FoundBackup {
  const name = backup !== 'latest' ? backup : namespaces?.includes('shop') ? 'nightly-6' : 'nightly-7';
  const summary = { name, phase: 'Completed', startedAt: '2026-01-01T00:00:00Z' };
  return { backup: summary as FoundBackup['backup'], others: [] };
}

/** Runs the recovery on a worker of its own while `use` looks at it. */
async function withRecovery<T>(
  answer: (input: NamespaceRestoreInput, call: number) => RecoveryResult,
  input: Partial<EtcdRestoreInput>,
  use: (run: { result: () => Promise<RecoveryResult>; handle: Awaited<ReturnType<typeof start>> }) => Promise<T>,
  findBackup: (asked: FindBackupInput) => FoundBackup = newest,
): Promise<{ value: T; children: NamespaceRestoreInput[]; leases: number }> {
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const taskQueue = `fallback-${randomUUID()}`;
  const children: NamespaceRestoreInput[] = [];
  const { admitRecovery, acquireScopes, releaseScopes, saveReport } = new LadderWorld().activities();
  let leases = 0;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: bundle,
    activities: {
      admitRecovery: async (asked: { input: object }) =>
        admitRecovery({ input: { rungs: ['any'], ...asked.input } as never }),
      acquireScopes: async (asked: Parameters<typeof acquireScopes>[0]) => {
        leases += asked.scopes.length;
        return acquireScopes(asked);
      },
      releaseScopes,
      saveReport,
      readControlPlane: async () => eks,
      readVeleroSettings: async () => ({ veleroNamespace: 'velero' }),
      findBackup: async (asked: FindBackupInput) => findBackup(asked),
      answerChild: async (child: NamespaceRestoreInput) => {
        children.push(child);
        return answer(child, children.length);
      },
    },
  });
  try {
    const value = await worker.runUntil(async () => {
      const handle = await start(client, taskQueue, input);
      return use({ handle, result: () => handle.result() as Promise<RecoveryResult> });
    });
    return { value, children, leases };
  } finally {
    await native.close();
    await connection.close();
  }
}

function start(client: Client, taskQueue: string, input: Partial<EtcdRestoreInput>) {
  return client.workflow.start(workflowType, {
    taskQueue,
    workflowId: `etcd-restore/prod/${randomUUID()}`,
    args: [{ cluster: 'prod', approval: 'automatic', ...input }],
  });
}

it('refuses where etcd is out of reach and no fallback was asked for', async () => {
  const { value, children } = await withRecovery(
    () => recovered,
    {},
    ({ result }) => result(),
  );
  expect(value).toMatchObject({ status: 'refused', reason: 'etcd-out-of-reach' });
  expect(children).toEqual([]);
});

it('restores the critical namespaces by priority, the kinds that others need first, and claims nothing itself', async () => {
  const { value, children, leases } = await withRecovery(
    () => recovered,
    { fallback: 'velero', backup: 'nightly-7' },
    ({ result }) => result(),
  );
  expect(value).toMatchObject({ status: 'recovered' });
  expect(children.map(({ namespaces, resources }) => [namespaces, resources?.length ?? 'all'])).toEqual([
    [['payments', 'identity'], 6],
    [['payments', 'identity'], 'all'],
    [['shop'], 6],
    [['shop'], 'all'],
  ]);
  expect(children.every(({ backup, approval }) => backup === 'nightly-7' && approval === 'automatic')).toBe(true);
  expect(leases).toBe(0);
});

it('names the backup of each priority in the plan, and takes all of a namespace from that one', async () => {
  const { value, children } = await withRecovery(
    () => recovered,
    { fallback: 'velero' },
    async ({ result, handle }) => ({ end: await result(), plan: (await handle.query(progressQuery)).plan }),
  );
  expect(value.end).toMatchObject({ status: 'recovered' });
  expect(children.map(({ backup }) => backup)).toEqual(['nightly-7', 'nightly-7', 'nightly-6', 'nightly-6']);
  expect(value.plan?.summary).toMatch(/payments, identity from nightly-7; shop from nightly-6$/);
  expect(value.plan?.recoveryPoint.seconds).toBeGreaterThan(0);
});

it('restores what a backup holds and is partial for the rest; without any backup it is refused', async () => {
  const none: FoundBackup = { backup: null, others: ['nightly-8: PartiallyFailed'] };
  const some = await withRecovery(
    () => recovered,
    { fallback: 'velero' },
    ({ result }) => result(),
    (asked) => (asked.namespaces?.includes('shop') ? none : newest(asked)),
  );
  expect(some.children.map(({ namespaces }) => namespaces?.join())).toEqual(['payments,identity', 'payments,identity']);
  expect(some.value).toMatchObject({ status: 'partial', problems: [{ target: 'namespace shop' }] });
  const nothing = await withRecovery(
    () => recovered,
    { fallback: 'velero' },
    ({ result }) => result(),
    () => none,
  );
  expect(nothing.value).toMatchObject({
    status: 'refused',
    reason: 'no-backup',
    message: expect.stringContaining('nightly-8: PartiallyFailed'),
  });
  expect(nothing.children).toEqual([]);
});

it('does not call a namespace restored of which the named backup holds nothing', async () => {
  const { value } = await withRecovery(
    ({ namespaces }) =>
      namespaces?.includes('shop')
        ? { status: 'refused', reason: 'nothing-selected', message: 'none', next: '' }
        : recovered,
    { fallback: 'velero', backup: 'nightly-1' },
    ({ result }) => result(),
  );
  expect(value).toMatchObject({ status: 'partial', problems: [{ target: 'namespaces shop (restore-rest-2)' }] });
});

it('is partial when the restore of a namespace was, and goes on with the others', async () => {
  const problem = { code: 'conflict', target: 'Service shop/web', message: 'it differs', next: 'look' };
  const { value, children } = await withRecovery(
    ({ namespaces }) => (namespaces?.includes('payments') ? { status: 'partial', problems: [problem] } : recovered),
    { fallback: 'velero' },
    ({ result }) => result(),
  );
  expect(children).toHaveLength(4);
  expect(value).toMatchObject({
    status: 'partial',
    problems: [{ code: 'claim-unproved' }, { code: 'claim-unproved' }],
  });
});

it('asks a person when the restore of a namespace is refused, and takes "nothing to restore" for done', async () => {
  const { value } = await withRecovery(
    (_input, call) => {
      if (call === 1) return { status: 'refused', reason: 'velero-not-ready', message: 'no location', next: 'look' };
      return call === 2 ? recovered : { status: 'refused', reason: 'nothing-to-restore', message: 'all', next: '' };
    },
    { fallback: 'velero' },
    async ({ handle, result }) => {
      const parked = await progressUntil(handle, 'the question', ({ operatorRequest }) => operatorRequest !== null);
      expect(parked.operatorRequest).toMatchObject({ code: 'child-not-recovered', stepId: 'restore-first-1' });
      await handle.executeUpdate(decideUpdate, {
        args: [{ actor: 'tester', stepId: 'restore-first-1', decision: 'retry' }],
      });
      const end = await result();
      const { evidence } = await handle.query(progressQuery);
      return { end, evidence };
    },
  );
  expect(value.end).toMatchObject({ status: 'recovered' });
  expect(value.evidence.every(({ outcome }) => outcome === 'proved')).toBe(true);
});
