import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, expect, inject, it } from 'vitest';
import type { EtcdActivities } from '../../../activities/etcd/types.ts';
import type { HostActivities } from '../../../activities/hosts/types.ts';
import { workflowInterceptorModules } from '../../../worker/workflow-bundle.ts';
import { workflowType } from '../../../workflows/etcd-restore/contract.ts';
import { decideUpdate, progressQuery } from '../../../workflows/recovery/messages.ts';
import { controlPlane, etcdCompacting, etcdOf, hostOf, names } from '../../unit/etcd/members-world.ts';
import { progressUntil } from '../../worlds/recovery-in-namespace.ts';
import { fail, LadderWorld } from '../engine/ladder-run.ts';

let bundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  const workflowsPath = new URL('./with-replaced-child.ts', import.meta.url).pathname;
  bundle = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules });
});

/** A cluster of that name; its agents are started one by one. `use` gets a run of the restore. */
async function onCluster<T>(
  cluster: string,
  etcd: Partial<EtcdActivities>,
  use: (
    handle: Awaited<ReturnType<Client['workflow']['start']>>,
    startAgent: (name: (typeof names)[number], answers?: Partial<HostActivities>) => Promise<void>,
  ) => Promise<T>,
): Promise<T> {
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const taskQueue = `restores-${cluster}`;
  const running: { worker: Worker; ended: Promise<void> }[] = [];
  const start = (worker: Worker) => {
    running.push({ worker, ended: worker.run() });
  };
  const { admitRecovery, acquireScopes, releaseScopes, saveReport } = new LadderWorld().activities();
  try {
    start(
      await Worker.create({
        connection: native,
        taskQueue,
        workflowBundle: bundle,
        activities: {
          admitRecovery: async (asked: { input: object }) =>
            admitRecovery({ input: { rungs: ['any'], ...asked.input } as never }),
          acquireScopes,
          releaseScopes,
          saveReport,
          readControlPlane: async () => controlPlane,
          listEtcdSnapshots: async () => ({ records: [], unusable: [] }),
          readHostMachines: async () => [],
          ...etcd,
        },
      }),
    );
    const handle = await new Client({ connection }).workflow.start(workflowType, {
      taskQueue,
      workflowId: `etcd-restore/${cluster}`,
      args: [{ cluster, approval: 'automatic' }],
    });
    return await use(handle, async (name, answers = {}) => {
      const activities = {
        readHostFacts: async () => hostOf(name),
        readEtcdCluster: async () => etcdOf(),
        ...answers,
      };
      start(await Worker.create({ connection: native, taskQueue: `host/${cluster}/host-${name}`, activities }));
    });
  } finally {
    for (const { worker } of running) worker.shutdown();
    await Promise.all(running.map(({ ended }) => ended));
    await native.close();
    await connection.close();
  }
}

it('an agent that is away for half a minute is waited for, and the wait is told', async () => {
  const end = await onCluster(`away-${randomUUID()}`, {}, async (handle, startAgent) => {
    for (const name of names.slice(0, 2)) await startAgent(name);
    const { timeline } = await progressUntil(handle, 'the wait', ({ timeline: told }) =>
      told.some(({ what }) => what.startsWith('No answer from the agent of host-three')),
    );
    expect(timeline.at(-1)?.what).toContain('60 s more');
    await startAgent('three');
    return handle.result();
  });
  expect(end).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
});

it('a machine that EC2 calls stopped is not waited for', async () => {
  const machine = { zone: 'a', group: null, checks: 'unknown', fencedBy: null } as const;
  const stopped = async () => [{ ...machine, instanceId: 'i-00000003', state: 'stopped' as const }];
  await onCluster(`off-${randomUUID()}`, { readHostMachines: stopped }, async (handle, startAgent) => {
    for (const name of names.slice(0, 2)) await startAgent(name);
    await handle.result();
    const { timeline } = await handle.query(progressQuery);
    expect(timeline.map(({ what }) => what).filter((what) => what.includes('No answer'))).toEqual([]);
  });
});

/** During an election: one member still names the leader of before. */
function electing(leaderId: string) {
  const etcd = etcdOf();
  const statuses = etcd.statuses.map((status, index) => (index === 1 ? { ...status, leaderId } : status));
  return { ...etcd, statuses };
}

it.each([
  ['hashes of members of which one compacts a moment later', etcdCompacting('two')],
  ['a member that names the leader of before an election', electing('7')],
  ['a member that has no leader for a moment', electing('0')],
  ['a member whose hash came too late', { ...etcdOf(), hashes: etcdOf().hashes.slice(1) }],
  ['a list of the members that was not answered', { ...etcdOf(), members: [], unanswered: ['members'] as const }],
  ['alarms that were not answered', { ...etcdOf(), unanswered: ['alarms'] as const }],
])('%s: nothing follows from it, the members are asked again', async (_what, first) => {
  let looks = 0;
  const readEtcdCluster = async () => {
    looks += 1;
    return looks === 1 ? first : etcdOf();
  };
  const end = await onCluster(`passing-${randomUUID()}`, {}, async (handle, startAgent) => {
    for (const name of names) await startAgent(name, { readEtcdCluster });
    return handle.result();
  });
  expect(end).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
  expect(looks).toBeGreaterThanOrEqual(2);
});

it('a host from which no other member can be reached says nothing of them: the others are asked too', async () => {
  const end = await onCluster(`cut-${randomUUID()}`, {}, async (handle, startAgent) => {
    const cutOff = etcdOf(['two', 'three']);
    await startAgent('one', { readEtcdCluster: async () => cutOff });
    for (const name of names.slice(1)) await startAgent(name);
    return handle.result();
  });
  expect(end).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
});

it('a member that is sound again when it is to be stopped is not: a person is asked, and nothing was stopped', async () => {
  let looks = 0;
  const stopped: string[] = [];
  const readEtcdCluster = async () => {
    looks += 1;
    return looks === 1 ? etcdOf([], { two: 8 }) : etcdOf();
  };
  const end = await onCluster(`changed-${randomUUID()}`, {}, async (handle, startAgent) => {
    for (const name of names) {
      await startAgent(name, {
        readEtcdCluster,
        saveHostFiles: async () => ({ uri: 's3://saved', files: 1, withPrivateKeys: true }) as never,
        startStaticPods: async () => '' as never,
        stopStaticPods: async () => {
          stopped.push(name);
          return '' as never;
        },
      });
    }
    const { operatorRequest } = await progressUntil(
      handle,
      'the question',
      (progress) => progress.operatorRequest !== null,
    );
    expect(operatorRequest).toMatchObject({ stepId: 'stop-clients-host-two', code: 'etcd-changed' });
    const abort = { actor: 'tester', stepId: 'stop-clients-host-two', decision: 'abort' } as const;
    await handle.executeUpdate(decideUpdate, { args: [abort] });
    return handle.result();
  });
  expect(end).toMatchObject({ status: 'cancelled', left: [] });
  expect(stopped).toEqual([]);
});

it('that no agent could ask etcd passes for no state of etcd: a person is asked', async () => {
  const readEtcdCluster = async () => {
    throw fail('etcd-not-healthy', 'etcdctl gives no answer');
  };
  const end = await onCluster(`mute-${randomUUID()}`, {}, async (handle, startAgent) => {
    for (const name of names) await startAgent(name, { readEtcdCluster });
    const { operatorRequest } = await progressUntil(
      handle,
      'the question',
      (progress) => progress.operatorRequest !== null,
    );
    expect(operatorRequest).toMatchObject({ stepId: 'assess', code: 'etcd-not-healthy' });
    await handle.executeUpdate(decideUpdate, { args: [{ actor: 'tester', stepId: 'assess', decision: 'abort' }] });
    return handle.result();
  });
  expect(end).toMatchObject({ status: 'cancelled' });
});
