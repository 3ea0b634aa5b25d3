import { randomUUID } from 'node:crypto';
import { cpus, loadavg, totalmem } from 'node:os';
import type { KubernetesObject, KubernetesPort } from '../../../activities/kubernetes/port.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { workflowId, workflowType } from '../../../workflows/namespace-restore/contract.ts';
import { resultOf } from '../../worlds/recovery-in-namespace.ts';
import {
  configMapKind,
  deleteNamespace,
  openPort,
  restoreKind,
  takeBackup,
  veleroNamespace,
  webNamespace,
} from '../../worlds/restore-world.ts';
import { type BenchGround, median } from '../bench-ground.ts';

interface Round {
  /** Seconds from the request until Velero has ended, or until the run has its result. */
  readonly velero: number;
  readonly rekindle: number;
  /** Of the run, in its own Restore. */
  readonly restore: number;
}

/**
 * The same backup of one namespace restored by a bare Restore and by a run, in turns. Velero alone restores what a run restores, and
 * says no more than `Completed`; the run also plans, judges every object, and proves workloads ready. Gives the section for
 * docs/benchmarks.md.
 */
export async function benchNamespaceRestore(ground: BenchGround, rounds: number, objects: number): Promise<string> {
  const port = openPort(ground.sandbox);
  const namespace = `bench-${randomUUID().slice(0, 6)}`;
  const told = progress();
  await webNamespace(port, namespace, objects);
  told(`${objects} objects are made`);
  await takeBackup(port, namespace, [namespace]);
  told('the backup is taken');
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const velero = await veleroAlone(port, namespace, `${namespace}-alone-${round}`, objects);
    told(`round ${round} of ${rounds}: Velero alone took ${velero.toFixed(1)} s`);
    const { seconds, restore } = await byRekindle(ground, port, namespace, objects);
    measured.push({ velero, rekindle: seconds, restore });
    told(
      `round ${round} of ${rounds}: Rekindle took ${seconds.toFixed(1)} s, ${restore.toFixed(0)} s of them in its Restore`,
    );
  }
  await deleteNamespace(port, namespace);
  return render(measured, objects);
}

/** Prints a line with the seconds since it was opened. */
function progress(): (line: string) => void {
  const began = performance.now();
  return (line) => console.log(`[${((performance.now() - began) / 1000).toFixed(0)} s] ${line}`);
}

async function veleroAlone(port: KubernetesPort, namespace: string, name: string, objects: number): Promise<number> {
  await deleteNamespace(port, namespace);
  const began = performance.now();
  await port.create<KubernetesObject>(restoreKind, {
    metadata: { namespace: veleroNamespace, name },
    spec: {
      backupName: namespace,
      restorePVs: true,
      excludedResources: ['pods', 'replicasets.apps', 'endpoints', 'endpointslices.discovery.k8s.io'],
    },
  });
  await waitFor(
    `restore ${name}`,
    async () => {
      const seen = await port.read<KubernetesObject>(restoreKind, { namespace: veleroNamespace, name });
      return (seen?.status as { phase?: string } | undefined)?.phase === 'Completed';
    },
    { timeoutMs: 600_000, intervalMs: 250 },
  );
  const elapsed = (performance.now() - began) / 1000;
  await demand(port, namespace, objects);
  return elapsed;
}

async function byRekindle(ground: BenchGround, port: KubernetesPort, namespace: string, objects: number) {
  await deleteNamespace(port, namespace);
  const input = { cluster: 'prod', backup: namespace, namespaces: [namespace], approval: 'automatic' } as const;
  const began = performance.now();
  const handle = await ground.start(workflowType, workflowId(input), input);
  const result = await resultOf(handle, 600_000);
  const seconds = (performance.now() - began) / 1000;
  if (result.status !== 'recovered') throw new Error(`the run ended ${JSON.stringify(result)}`);
  await demand(port, namespace, objects);
  const name = `rekindle-${handle.firstExecutionRunId}-1-1`;
  const seen = await port.read<KubernetesObject>(restoreKind, { namespace: veleroNamespace, name });
  const { startTimestamp = '', completionTimestamp = '' } = (seen?.status ?? {}) as Record<string, string>;
  return { seconds, restore: (Date.parse(completionTimestamp) - Date.parse(startTimestamp)) / 1000 };
}

async function demand(port: KubernetesPort, namespace: string, objects: number): Promise<void> {
  const found = (await port.list(configMapKind, { namespace })).length;
  if (found < objects) throw new Error(`${found} of ${objects} objects are there`);
}

function render(rounds: readonly Round[], objects: number): string {
  const ours = median(rounds.map(({ rekindle }) => rekindle));
  const alone = median(rounds.map(({ velero }) => velero));
  const inside = median(rounds.map(({ restore }) => restore));
  const [, five = 0] = loadavg();
  const behind = rounds.length === 1 ? '1 round' : `medians of ${rounds.length}`;
  return [
    '## namespace-restore',
    '',
    `Measured on ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}, load ${five.toFixed(1)}.`,
    `One namespace with ${objects} ConfigMaps and a front end; Velero 1.18 with its defaults.`,
    '',
    '| what | figure | goal |',
    '|---|---|---|',
    `| the same backup, Rekindle : Velero alone (${behind}) | **${(ours / alone).toFixed(2)}** (${ours.toFixed(1)} s : ${alone.toFixed(1)} s) | |`,
    `| objects a second, Rekindle from the start to the proof | **${(objects / ours).toFixed(0)}** | |`,
    `| objects a second, Velero alone | ${(objects / alone).toFixed(0)} | |`,
    `| of the run, in its own Restore (Velero’s clock, whole seconds) | ${inside.toFixed(0)} s | |`,
    '',
    'Rekindle’s time also holds the plan against the live cluster, the judgement of every object, and the wait for claims and workloads.',
    '',
  ].join('\n');
}
