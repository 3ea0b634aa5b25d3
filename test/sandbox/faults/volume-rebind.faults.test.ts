import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { recoveredProblems, volumesOfRecovery } from '../../worlds/claim-problems.ts';
import { type ClaimWorld, databaseWorld, inputOf, lose, workflowIdOf } from '../../worlds/claim-world.ts';
import {
  inTheMiddle,
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
  type StartedRecovery,
} from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
let access: ClusterAccess;
let ground: RecoveryGround;
let worlds = 0;

beforeAll(async () => {
  await sandbox.up();
  access = await openCluster(sandbox.context);
  ground = await openRecoveryGround(sandbox, 'faults');
});

afterEach(async () => {
  await access.front.removeFaults();
});

afterAll(async () => {
  await ground?.close();
  await own.dispose();
});

async function lostVolume(): Promise<ClaimWorld> {
  worlds += 1;
  const world = await databaseWorld(access, `faults-${worlds}`);
  await lose(sandbox, world);
  return world;
}

function recover(world: ClaimWorld) {
  return ground.start('volumeRebind', workflowIdOf(world), inputOf(world));
}

async function expectRecovered(world: ClaimWorld, handle: StartedRecovery): Promise<void> {
  const recoveryId = handle.firstExecutionRunId;
  expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
  expect(await recoveredProblems(access, world, recoveryId)).toEqual([]);
  expect(await volumesOfRecovery(access, recoveryId)).toHaveLength(1);
  await removeNamespace(access, world.namespace);
}

/** Calls of Rekindle itself that change something, as the front saw them. */
async function changesSince(mark: number) {
  const calls = await access.front.journal({ userAgent: 'rekindle', after: mark });
  return calls.filter(({ service, action }) => service === 'ec2' && !/^(Describe|Get)/.test(action));
}

describe('a lost volume comes back with exactly one new volume', () => {
  it('when the reply to every EC2 call that changes something is lost once', async () => {
    const world = await lostVolume();
    const mark = await access.front.journalMark();
    for (const action of ['Create*', 'Delete*', 'Modify*', 'Attach*', 'Detach*']) {
      await access.front.loseReply({ service: 'ec2', action, remaining: 1, userAgent: 'rekindle' });
    }
    await expectRecovered(world, await recover(world));
    const changes = await changesSince(mark);
    for (const action of new Set(changes.map((call) => call.action))) {
      const struck = changes.some((call) => call.action === action && !call.answered);
      expect(struck, `no reply to ${action} was lost`).toBe(true);
    }
    expect(changes.map((call) => call.action)).toContain('CreateVolume');
  });

  it('when the reply to the creation is lost on every attempt of the library', async () => {
    const world = await lostVolume();
    await access.front.loseReply({ service: 'ec2', action: 'CreateVolume', remaining: 5, userAgent: 'rekindle' });
    await expectRecovered(world, await recover(world));
  });

  it('when replies of S3 are lost', async () => {
    const world = await lostVolume();
    await access.front.loseReply({ service: 's3', action: 'PutObject', remaining: 4, userAgent: 'rekindle' });
    await expectRecovered(world, await recover(world));
  });

  it('when AWS throttles in a burst', async () => {
    const world = await lostVolume();
    await access.front.throttle({ remaining: 30, userAgent: 'rekindle' });
    await expectRecovered(world, await recover(world));
    const { rules } = await access.front.faults();
    expect(rules.filter(({ remaining = 0 }) => remaining > 0)).toEqual([]);
  });

  it('when the API server is down for 30 s in the middle', async () => {
    const world = await lostVolume();
    const handle = await recover(world);
    await progressUntil(handle, 'half of the steps', inTheMiddle);
    await sandbox.break('api-server-down');
    await sleep(30_000);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await sandbox.heal('api-server-down');
    await expectRecovered(world, handle);
  });

  it('when the Temporal server is killed and started again in the middle', async () => {
    const world = await lostVolume();
    const handle = await recover(world);
    await progressUntil(handle, 'half of the steps', inTheMiddle);
    await sandbox.break('temporal-down');
    await sandbox.heal('temporal-down');
    await expectRecovered(world, handle);
  });

  it('when the worker is killed at one moment after another until it is through', async () => {
    const world = await lostVolume();
    const handle = await recover(world);
    let killed = 0;
    for (let done = 1; ; done += 3) {
      const { phase } = await progressUntil(
        handle,
        `${done} steps`,
        ({ steps, phase: now }) => steps.filter(({ state }) => state === 'done').length >= done || now === 'done',
      );
      if (phase === 'done') break;
      await ground.worker().kill();
      killed += 1;
      await ground.startWorker();
    }
    expect(killed).toBeGreaterThan(1);
    await expectRecovered(world, handle);
  });
});
