import type { HostActivities } from '../../../activities/hosts/types.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import * as backup from '../../../workflows/etcd-backup/contract.ts';
import * as restore from '../../../workflows/etcd-restore/contract.ts';
import type { CrashPoint } from '../crash-order.ts';
import { atEachStep } from './at-each-step.ts';
import { ofRebuild, rebuildStorm } from './rebuild-storm.ts';
import type { Storm } from './storm.ts';
import { dataInodes, keptInodes, type StormGround, type Struck } from './storm-ground.ts';
import { cluster, endOf, notStruck, patienceMs, unless, within } from './storm-run.ts';
import { votersOf } from './voters.ts';

type HostActivity = keyof HostActivities;

/** What each agent does in a restore of all members, and so dies in. */
const ofRestore: readonly HostActivity[] = [
  'readHostFacts',
  'measureEtcdDisk',
  'checkEtcdSnapshot',
  'saveHostFiles',
  'prepareEtcdData',
  'stopStaticPods',
  'proveStopped',
  'swapEtcdData',
  'startStaticPods',
  'waitApiServerReady',
];
/** What one of the agents does for all. */
const ofOneAgent: readonly HostActivity[] = ['readEtcdCluster', 'readEtcdRewind', 'waitEtcdHealthy'];
/** What is done for one broken member while the others hold the quorum. */
const ofReplacement: readonly HostActivity[] = [
  'stopStaticPods',
  'setAsideEtcdData',
  'removeEtcdMember',
  'addEtcdLearner',
  'joinEtcdCluster',
  'promoteEtcdLearner',
  'disarmCorruptAlarm',
  'startStaticPods',
];
const ofBackup: readonly HostActivity[] = ['readHostFacts', 'readEtcdCluster', 'takeEtcdSnapshot', 'checkEtcdSnapshot'];
const ofUndo: readonly HostActivity[] = ['putBackEtcdData', 'dropPreparedData'];
const ofWorker = ['readControlPlane', 'listEtcdSnapshots', 'makeRestoreToken', 'checkClusterApi', 'saveReport'];

/** Every activity of an agent in which a storm kills it. */
export const struckOnHosts: readonly HostActivity[] = [
  ...ofRestore,
  ...ofOneAgent,
  ...ofBackup,
  ...ofReplacement,
  ...ofUndo,
  ...ofRebuild,
];

const points: readonly CrashPoint[] = ['before', 'effect', 'after'];

export const etcdStorms: readonly Storm[] = [
  ...points.map((point) => backupStorm(point)),
  ...points.map((point) => restoreStorm('agents', point)),
  ...points.map((point) => restoreStorm('worker', point)),
  eachStepStorm('the worker', ({ worker }) => worker.strike()),
  eachStepStorm('the Temporal server', async ({ sandbox }) => {
    await sandbox.break('temporal-down');
    await sandbox.heal('temporal-down');
  }),
  cancelledStorm(),
  ...points.map((point) => replacementStorm(point)),
  ...points.map((point) => rebuildStorm(point)),
];

function backupStorm(point: CrashPoint): Storm {
  return {
    slug: 'etcd-backup',
    title: `agents die ${point} each of their activities`,
    async run(sandbox) {
      const workflowId = backup.workflowId({ cluster });
      return within(sandbox, workflowId, 'agents', point, async (ground) => {
        const handle = await ground.start(backup.workflowType, { cluster, approval: 'automatic' });
        const result = await endOf(handle);
        return [
          ...unless(result.status === 'recovered', `the run ended ${JSON.stringify(result)}`),
          ...notStruck(
            ground,
            ofBackup.map((activity) => [activity, '']),
          ),
        ];
      });
    },
  };
}

function restoreStorm(struck: Struck, point: CrashPoint): Storm {
  const who = struck === 'agents' ? 'the agent of every host' : 'the worker';
  return {
    slug: 'etcd-restore',
    title: `${who} dies ${point} each of its activities`,
    run: (sandbox) =>
      restoring(sandbox, struck, point, async (ground) => {
        const wanted: [string, string][] =
          struck === 'worker'
            ? ofWorker.map((activity) => [activity, 'worker'])
            : [
                ...ground.hosts.flatMap(({ name }) => ofRestore.map((activity): [string, string] => [activity, name])),
                ...ofOneAgent.map((activity): [string, string] => [activity, '']),
              ];
        return [...(await restored(ground)), ...notStruck(ground, wanted)];
      }),
  };
}

function eachStepStorm(who: string, strike: (ground: StormGround) => Promise<void>): Storm {
  return {
    slug: 'etcd-restore',
    title: `${who} dies at each step`,
    run: (sandbox) => restoring(sandbox, 'nobody', 'before', (ground) => restored(ground, () => strike(ground))),
  };
}

/** One member has other data, of which etcd has raised the alarm CORRUPT, and joins anew; the other two keep the cluster. */
function replacementStorm(point: CrashPoint): Storm {
  return {
    slug: 'etcd-restore',
    title: `one broken member joins anew; the agent of every host dies ${point} each of its activities`,
    run: (sandbox) =>
      restoring(sandbox, 'agents', point, async (ground) => {
        const { hosts } = ground;
        await sandbox.break('etcd-diverged-member', { host: 'prod-2' });
        const before = dataInodes(hosts);
        const handle = await ground.start(restore.workflowType, { cluster, approval: 'automatic' });
        const result = await endOf(handle);
        if (result.status !== 'recovered') return [`the run ended ${JSON.stringify(result)}`];
        const voters = await votersOf(sandbox, cluster);
        return [
          ...unless(voters.length === hosts.length, `the voters are ${voters.join(', ') || 'not known'}`),
          ...unless(
            keptInodes(hosts, handle.firstExecutionRunId)[1] === before[1],
            'the broken data of prod-2 is not beside the new one',
          ),
          ...notStruck(
            ground,
            ofReplacement.map((activity) => [activity, '']),
          ),
        ];
      }),
  };
}

/** Cancelled when etcd has the new data; the agents die in what takes it back. */
function cancelledStorm(): Storm {
  return {
    slug: 'etcd-restore',
    title: 'cancelled with the new data in place; the agent of every host dies at the effect of each undo',
    run: (sandbox) =>
      restoring(sandbox, 'agents', 'effect', async (ground) => {
        await sandbox.break('etcd-corrupt-all');
        const before = dataInodes(ground.hosts);
        const handle = await ground.start(restore.workflowType, { cluster, approval: 'automatic' });
        await waitFor(
          'the exchange of the data',
          () => ground.deaths().some((name) => name.startsWith('swapEtcdData')),
          {
            timeoutMs: patienceMs,
          },
        );
        await handle.cancel();
        const result = await endOf(handle);
        const wanted = ground.hosts.flatMap(({ name }) => ofUndo.map((activity): [string, string] => [activity, name]));
        const inPlace = JSON.stringify(dataInodes(ground.hosts)) === JSON.stringify(before);
        await sandbox.heal('etcd-corrupt-all');
        return [
          ...unless(
            result.status === 'cancelled' && result.left.length === 0,
            `the run ended ${JSON.stringify(result)}`,
          ),
          ...unless(inPlace, 'the old data is not back in its place'),
          ...notStruck(ground, wanted),
        ];
      }),
  };
}

/** Damages all members, restores them, and tells what does not hold afterwards. */
async function restored(ground: StormGround, strike?: () => Promise<void>): Promise<string[]> {
  const { sandbox, hosts } = ground;
  await sandbox.break('etcd-corrupt-all');
  const before = dataInodes(hosts);
  const handle = await ground.start(restore.workflowType, { cluster, approval: 'automatic' });
  let over = false;
  const end = endOf(handle).finally(() => {
    over = true;
  });
  const strikes = strike === undefined ? null : await Promise.all([atEachStep(handle, () => over, strike), end]);
  const result = await end;
  if (result.status !== 'recovered') return [`the run ended ${JSON.stringify(result)}`];
  const kept = keptInodes(hosts, handle.firstExecutionRunId);
  const voters = await votersOf(sandbox, cluster);
  return [
    ...unless(voters.length === hosts.length, `the voters are ${voters.join(', ') || 'not known'}`),
    ...unless(
      JSON.stringify(kept) === JSON.stringify(before),
      `the old data had the inodes ${before.join(', ')}, beside the new one are ${kept.join(', ')}`,
    ),
    ...unless(strikes === null || strikes[0].length >= 10, `struck at ${strikes?.[0].length} steps only`),
  ];
}

/** What a restore needs first is a snapshot, in whose course nobody dies. Members that an earlier storm left may still be starting. */
function restoring(
  sandbox: Sandbox,
  struck: Struck,
  point: CrashPoint,
  work: (ground: StormGround) => Promise<string[]>,
): Promise<string[]> {
  return within(sandbox, restore.workflowId({ cluster }), struck, point, async (ground) => {
    const id = `${backup.workflowId({ cluster })}/before-the-storm`;
    const input = { cluster, approval: 'automatic' };
    await waitFor(
      'a backup before the storm',
      async () => {
        const taken = await endOf(await ground.start(backup.workflowType, input, id));
        if (taken.status === 'recovered') return true;
        throw new Error(JSON.stringify(taken));
      },
      { timeoutMs: 180_000, intervalMs: 2_000 },
    );
    return work(ground);
  });
}
