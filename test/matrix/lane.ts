/**
 * One line of cases, one after another. Each worker is armed for one case and is the clean successor of the one that died in the
 * case before: so each case costs one start of a worker.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import type { Slug } from '../../workflows/slugs.ts';
import { describeCase, type MatrixCase } from './matrix-case.ts';
import type { BrokenWorld, Ground, Situation } from './scenario-matrix.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

export interface CaseOutcome {
  readonly title: string;
  /** What does not hold, one sentence each; nothing when the case passed. */
  readonly problems: readonly string[];
  readonly seconds: number;
  /** From the death of the worker to the end of the run, seconds; null when no worker died. */
  readonly secondsAfterDeath: number | null;
}

interface PlannedCase {
  readonly planned: MatrixCase;
  readonly situation: Situation;
  readonly name: string;
  readonly marker: string;
}

/** The ground of a line of cases. */
export interface Lane extends Ground {
  /** By scenario: what makes a worker one that may do no more than that scenario needs. */
  readonly rights: ReadonlyMap<Slug, Readonly<Record<string, string>>>;
  /** Longest wait for the death, and for the end of the run after it, milliseconds. */
  readonly patienceMs: number;
}

/** Takes cases from `next` until it gives none. */
export async function runLane(
  lane: Lane,
  next: () => MatrixCase | undefined,
  done: (outcome: CaseOutcome) => void,
): Promise<void> {
  let current = plan(lane, next());
  let worker = current === undefined ? undefined : await start(lane, current);
  let world = current === undefined ? undefined : prepare(lane, current);
  const removals: Promise<CaseOutcome | null>[] = [];
  while (current !== undefined && worker !== undefined && world !== undefined) {
    const following = plan(lane, next());
    const finishing = current;
    const followingWorld = following === undefined ? undefined : prepare(lane, following);
    // Armed for the same workflow, as the lease is that of all cases, the successor would die of the order for the case after this one.
    const clashes = following !== undefined && struck(following) === struck(finishing);
    const startNext = () => start(lane, clashes ? undefined : following, finishing);
    const { outcome, successor, removal } = await runCase(lane, current, world, worker, startNext);
    done(outcome);
    removals.push(removal);
    current = following;
    worker = successor;
    if (clashes) {
      await successor.kill();
      worker = await start(lane, following);
    }
    world = followingWorld;
  }
  // What a world needs to be put right may be a recovery, which the last worker runs.
  for (const leftover of await Promise.all(removals)) if (leftover !== null) done(leftover);
  await worker?.kill();
}

function plan(lane: Lane, planned: MatrixCase | undefined): PlannedCase | undefined {
  if (planned === undefined) return undefined;
  const situation = planned.matrix.situations[planned.situation];
  if (situation === undefined) throw new Error(`${planned.matrix.slug} has no situation ${planned.situation}`);
  const name = `matrix-${randomUUID().slice(0, 8)}`;
  return { planned, situation, name, marker: join(lane.sandbox.dir, `${name}.died`) };
}

/** The workflow whose activity the worker dies in. */
function struck({ situation, name }: PlannedCase): string {
  return situation.struckWorkflowId ?? situation.workflowId(name);
}

/** The promise is looked at only when its case is run; until then a failure must not end the process. */
function prepare(lane: Lane, { situation, name }: PlannedCase): Promise<BrokenWorld> {
  const world = situation.prepare(lane, name);
  world.catch(() => {});
  return world;
}

/** Armed for the planned case, and the successor of the worker that died in the case that is finishing. */
function start(
  lane: Lane,
  planned: PlannedCase | undefined,
  finishing: PlannedCase | undefined = planned,
): Promise<WorkerProcess> {
  const logFile = join(lane.sandbox.dir, 'logs', `${lane.temporal.namespace}.log`);
  const slugs = new Set([planned, finishing].flatMap((one) => one?.planned.matrix.slug ?? []));
  const [slug] = slugs;
  // At the border of two scenarios it needs what both need.
  const rights = slugs.size === 1 && slug !== undefined ? lane.rights.get(slug) : {};
  const env = { ...lane.temporal.env, ...rights };
  if (planned === undefined) return startWorkerProcess(env, logFile);
  const { activity, point, call } = planned.planned;
  const workflowId = struck(planned);
  const cancelIn = planned.situation.cancelledIn ?? null;
  const order = { workflowId, activity, point, call, marker: planned.marker, cancelIn };
  return startWorkerProcess(env, logFile, order);
}

async function runCase(
  lane: Lane,
  { planned, situation, name }: PlannedCase,
  preparation: Promise<BrokenWorld>,
  worker: WorkerProcess,
  startSuccessor: () => Promise<WorkerProcess>,
): Promise<{ outcome: CaseOutcome; successor: WorkerProcess; removal: Promise<CaseOutcome | null> }> {
  const began = Date.now();
  let diedAt: number | null = null;
  let successor: WorkerProcess | undefined;
  const problems: string[] = [];
  let abandon = async (): Promise<unknown> => undefined;
  try {
    const world = await preparation;
    const handle = await lane.temporal.client.workflow.start(planned.matrix.workflowType, {
      workflowId: situation.workflowId(name),
      taskQueue: lane.temporal.settings.inventory.temporal.taskQueue,
      args: [world.input],
    });
    const result: Promise<RecoveryResult> = handle.result();
    result.catch(() => {}); // of a run that is abandoned nobody asks any more
    abandon = () => handle.terminate('the case is over').catch(() => {});
    await within(lane.patienceMs, 'the death of the worker', Promise.race([worker.ended, result]));
    diedAt = Date.now();
    if ((await Promise.race([worker.ended, soon()])) !== 'SIGKILL') {
      problems.push(
        `the run ended without ${planned.point} ${planned.activity} (call ${planned.call}): nothing was killed`,
      );
      diedAt = null;
      await worker.kill();
    }
    successor = await startSuccessor();
    const end = await within(lane.patienceMs, 'the end of the run', result);
    problems.push(...(await world.problems(end, handle.firstExecutionRunId)));
  } catch (error) {
    problems.push(error instanceof Error ? describe(error) : String(error));
    problems.push(`the end of ${worker.logFile}:\n${worker.logTail()}`);
    // It must neither hold its scope against the next case nor be awaited when the connection is closed.
    await abandon();
  }
  if (successor === undefined) {
    await worker.kill();
    successor = await startSuccessor();
  }
  const removal = putAway(planned, preparation);
  const now = Date.now();
  return {
    successor,
    removal,
    outcome: {
      title: describeCase(planned),
      problems,
      seconds: (now - began) / 1000,
      secondsAfterDeath: diedAt === null ? null : (now - diedAt) / 1000,
    },
  };
}

/** Null once everything is put away. A world that was never prepared has told so as the problem of its case. */
async function putAway(planned: MatrixCase, preparation: Promise<BrokenWorld>): Promise<CaseOutcome | null> {
  const began = Date.now();
  const world = await preparation.catch(() => null);
  try {
    await world?.remove();
    return null;
  } catch (error) {
    return {
      title: `putting away after ${describeCase(planned)}`,
      problems: [error instanceof Error ? describe(error) : String(error)],
      seconds: (Date.now() - began) / 1000,
      secondsAfterDeath: null,
    };
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${describe(error.cause)}` : error.message;
}

function soon(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, 5_000, null));
}

async function within<T>(patienceMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
