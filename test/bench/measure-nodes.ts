import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Fleet, makeFleet, reached } from '../../sandbox/seed/fleet.ts';
import { type NodeReplacementInput, workflowId, workflowType } from '../../workflows/node-replacement/contract.ts';
import { progressQuery } from '../../workflows/recovery/messages.ts';
import { auditSince, isOurs, isReading, timeOf } from '../worlds/audit-log.ts';
import { resultOf, type StartedRecovery } from '../worlds/recovery-in-namespace.ts';
import type { BenchGround } from './bench-ground.ts';
import { runPlainProgram } from './plain-run.ts';

/** One mass failure: so many dead nodes, replaced in waves. */
export interface NodesRecovery {
  readonly count: number;
  readonly waves: number;
  readonly seconds: number;
  /** The plain program's, one node after another: the mean of its sample times `count`. */
  readonly plainSeconds: number;
  /** How many nodes it replaced for that mean. */
  readonly plainSample: number;
  /** Calls to AWS: those that read, by pages and while waiting, and those that change. */
  readonly awsReads: number;
  /** By action. */
  readonly awsEffects: Readonly<Record<string, number>>;
  /** Calls to Kubernetes. */
  readonly kubernetesReads: number;
  /** By verb and resource: `patch nodes`. */
  readonly kubernetesEffects: Readonly<Record<string, number>>;
  /** Over all runs of the workflow, continued as new or not. */
  readonly runs: number;
  readonly events: number;
  readonly historyBytes: number;
  /** Largest resident set of the worker, bytes. */
  readonly workerBytes: number;
}

/** Most nodes of a wave, by Rekindle; the plain program takes one. */
const maxParallel = 100;
/** Between two lines on how far a recovery is, milliseconds. */
const tellEveryMs = 10_000;
const began = performance.now();

/** A line for each part, with the seconds since the start. */
function tell(line: string): void {
  console.log(`[${((performance.now() - began) / 1000).toFixed(0)} s] ${line}`);
}

/** `leaveLast`: what is no longer in the way goes with the sandbox. `done` gets what was measured so far, after each size. */
export async function measureNodes(
  ground: BenchGround,
  sizes: readonly number[],
  sample: number,
  leaveLast: boolean,
  done: (recoveries: readonly NodesRecovery[]) => void,
): Promise<void> {
  const fleet = await deadFleet(ground, 'bench-plain', sample);
  tell(`${sample} nodes replaced one after another by the plain program`);
  const plain = await runPlainProgram(ground.temporal.env, 'node-replacement', [{ ...inputOf(fleet), maxParallel: 1 }]);
  const perNode = (plain[0] ?? 0) / sample;
  tell(`plain program: ${perNode.toFixed(1)} s a node`);
  if (!leaveLast) await fleet.remove();
  const recoveries: NodesRecovery[] = [];
  for (const [index, count] of sizes.entries()) {
    const plainly = { sample, seconds: perNode * count };
    const recovery = await measureFleet(ground, count, plainly, leaveLast && index === sizes.length - 1);
    tell(JSON.stringify(recovery));
    recoveries.push(recovery);
    done(recoveries);
  }
}

function inputOf({ groups }: Fleet): NodeReplacementInput {
  return {
    cluster: 'prod',
    autoScalingGroups: groups,
    approval: 'automatic',
    maxUnhealthyPercent: 100,
    maxParallel,
    maxPodsPerWave: 10_000,
  };
}

async function measureFleet(
  ground: BenchGround,
  count: number,
  plain: { readonly sample: number; readonly seconds: number },
  leave: boolean,
): Promise<NodesRecovery> {
  const { sandbox, access } = ground;
  const fleet = await deadFleet(ground, `bench-${count}`, count);
  const memory = watchMemory(ground.worker().pid);
  const after = await access.front.journalMark();
  const since = Date.now();
  const started = performance.now();
  const input = inputOf(fleet);
  tell(`${count} dead nodes: the recovery begins`);
  const handle = await ground.start(workflowType, workflowId(input), input);
  const watch = tellProgress(handle);
  const result = await resultOf(handle, 1_800_000);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);
  tell(`${count} dead nodes: ${result.status} after ${seconds.toFixed(1)} s`);
  const workerBytes = memory.stop();
  if (result.status !== 'recovered') throw new Error(`${count} nodes: ended ${JSON.stringify(result)}`);
  const ready = async () => (await fleet.ready()).length;
  await reached('Ready nodes after the recovery', count, ready, { timeoutMs: 60_000, intervalMs: 1_000 }, tell);

  const aws = (await access.front.journal({ userAgent: 'rekindle', after })).filter(({ service }) => service !== 's3');
  const [awsReads, awsEffects] = partition(aws, ({ action }) => /^(Describe|Get)/.test(action));
  const audit = auditSince(sandbox.context, 'prod', 0);
  if (audit[0] === undefined || timeOf(audit[0]) > since)
    throw new Error('the audit log no longer reaches back so far');
  const kubernetes = audit.filter((entry) => timeOf(entry) >= since && isOurs(entry));
  const [kubernetesReads, kubernetesEffects] = partition(kubernetes, isReading);
  const runs = await runsOf(ground, handle.workflowId);
  if (!leave) {
    await fleet.remove();
    tell(`${count} dead nodes: their fleet is removed`);
  }
  return {
    count,
    waves: Math.ceil(count / maxParallel),
    seconds,
    plainSeconds: plain.seconds,
    plainSample: plain.sample,
    awsReads: awsReads.length,
    awsEffects: countBy(awsEffects, ({ action }) => action),
    kubernetesReads: kubernetesReads.length,
    kubernetesEffects: countBy(kubernetesEffects, ({ verb, objectRef }) => {
      return `${verb} ${objectRef?.subresource ?? objectRef?.resource}`;
    }),
    ...runs,
    workerBytes,
  };
}

function partition<T>(items: readonly T[], fits: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of items.map(keyOf).sort()) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** A fleet whose machines have all ended, and whose nodes Kubernetes calls NotReady. */
async function deadFleet({ sandbox, access }: BenchGround, name: string, size: number): Promise<Fleet> {
  tell(`${name}: a fleet of ${size} nodes is made`);
  const fleet = await makeFleet(sandbox, access, `${name}-${randomUUID().slice(0, 4)}`, size, tell);
  // Not the Ready ones alone: with many nodes on a busy machine one may be late with its heartbeat just now.
  const instances = [...(await fleet.members())];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let id = instances.pop(); id !== undefined; id = instances.pop()) {
        await access.front.endInstance(id, 'stopped');
      }
    }),
  );
  tell(`${name}: ${size} machines ended`);
  const fallen = async () => size - (await fleet.ready()).length;
  await reached(`NotReady nodes of ${name}`, size, fallen, { timeoutMs: 300_000, intervalMs: 1_000 }, tell);
  return fleet;
}

/** A line now and then: which step, and how long it still may take. */
function tellProgress(handle: StartedRecovery): NodeJS.Timeout {
  return setInterval(() => {
    const told = handle.query(progressQuery).then(({ steps, etaSeconds }) => {
      const done = steps.filter(({ state }) => state === 'done').length;
      const [running] = steps.filter(({ state }) => state === 'running');
      const left = etaSeconds === null ? 'a person is asked' : `${Math.round(etaSeconds)} s expected`;
      tell(`${done} of ${steps.length} steps done, now ${running?.id ?? 'none'}, ${left}`);
    });
    told.catch(() => {}); // a worker that is busy answers later
  }, tellEveryMs);
}

async function runsOf({ temporal }: BenchGround, id: string) {
  let [runs, events, historyBytes] = [0, 0, 0];
  for await (const run of temporal.client.workflow.list({ query: `WorkflowId = '${id}'` })) {
    const { historyLength, historySize } = await temporal.client.workflow.getHandle(id, run.runId).describe();
    runs += 1;
    events += historyLength;
    historyBytes += historySize ?? 0;
  }
  return { runs, events, historyBytes };
}

/** The resident set of a process, looked at four times a second. */
function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const look = () => {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    most = Math.max(most, Number(kibibytes ?? 0) * 1024);
  };
  const timer = setInterval(look, 250);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}
