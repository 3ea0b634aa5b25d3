import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { startWorkerProcess, type WorkerProcess } from '../matrix/worker-process.ts';
import { type BenchGround, median, removeWorlds } from './bench-ground.ts';

export interface KillFigures {
  readonly rounds: number;
  /** Seconds from SIGKILL until the interrupted activity runs again, with another worker beside the killed one. */
  readonly secondWorker: { readonly median: number; readonly longest: number };
  /** The same with one worker, which is started again at once. */
  readonly restarted: { readonly median: number; readonly longest: number };
}

/** How long the activity that is interrupted takes, milliseconds: longer than anything that is measured. */
const longActivityMs = 15_000;

interface Running {
  readonly activity: string;
  readonly attempt: number;
  readonly pid: number;
}

async function runningActivity(handle: WorkflowHandle): Promise<Running | undefined> {
  const { raw } = await handle.describe();
  const pending = raw.pendingActivities?.find((one) => Number(one.state) === 2);
  if (pending === undefined) return undefined;
  return {
    activity: pending.activityType?.name ?? '',
    attempt: pending.attempt ?? 0,
    pid: Number.parseInt(pending.lastWorkerIdentity ?? '', 10),
  };
}

/** When the attempt of the activity began that completed, milliseconds of the server's clock, which is this machine's. */
async function lastStart(handle: WorkflowHandle, activity: string): Promise<number> {
  const { events = [] } = await handle.fetchHistory();
  const scheduled = events?.find(
    ({ activityTaskScheduledEventAttributes: found }) => found?.activityType?.name === activity,
  );
  const started = events?.find(
    ({ activityTaskStartedEventAttributes: found }) => String(found?.scheduledEventId) === String(scheduled?.eventId),
  );
  if (started?.activityTaskStartedEventAttributes?.attempt === 1) throw new Error(`${activity} was not interrupted`);
  return tsToMs(started?.eventTime);
}

/** Kills a worker in the middle of a wait, and measures the time until the wait goes on elsewhere. */
export async function measureKill(ground: BenchGround, rounds: number): Promise<KillFigures> {
  const timing = await ground.access.front.timing();
  await ground.access.front.setTiming({ volumeCreating: longActivityMs });
  try {
    return {
      rounds,
      secondWorker: await series(ground, rounds, true),
      restarted: await series(ground, rounds, false),
    };
  } finally {
    await ground.access.front.setTiming({ volumeCreating: timing.volumeCreating });
  }
}

async function series(ground: BenchGround, rounds: number, withSecond: boolean) {
  const measured: number[] = [];
  let other: WorkerProcess | undefined;
  const startOther = () => startWorkerProcess(ground.temporal.env, `${ground.worker().logFile}.second`);
  try {
    for (let round = 0; round < rounds; round += 1) {
      if (withSecond) other ??= await startOther();
      const worlds = await ground.lostVolumes(1);
      const [world] = worlds;
      if (world === undefined) throw new Error('no world');
      const handle = await ground.startRecovery(world);
      const struck = await waitFor(
        'the wait for the volume',
        async () => {
          const running = await runningActivity(handle);
          return running?.activity === 'waitVolumeAvailable' && running;
        },
        { timeoutMs: 60_000, intervalMs: 50 },
      );
      const ours = struck.pid === ground.worker().pid;
      const killedAt = Date.now();
      await (ours ? ground.worker() : other)?.kill();
      if (!withSecond) await ground.startWorker();
      await ground.prove(world, handle);
      const seconds = ((await lastStart(handle, struck.activity)) - killedAt) / 1000;
      measured.push(seconds);
      console.log(
        `  round ${round + 1} of ${rounds}, ${withSecond ? 'a second' : 'one'} worker: ${seconds.toFixed(1)} s`,
      );
      if (withSecond && ours) await ground.startWorker();
      if (withSecond && !ours) other = await startOther();
      await removeWorlds(ground, worlds);
    }
  } finally {
    await other?.kill();
  }
  return { median: median(measured), longest: Math.max(...measured) };
}
