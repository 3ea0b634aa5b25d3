import { cpus, loadavg, totalmem } from 'node:os';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { median } from '../bench-ground.ts';
import { demandWithinMemory, mebibytes, openRestoreBench, type RestoreFigures } from './measure-restore.ts';
import { residentLimitBytes } from './memory.ts';

/**
 * Restores of three members, from the snapshot of a small cluster and from one with so many MiB of data, against the shell script.
 * Gives the section for docs/benchmarks.md. Throws when a process held more memory than is allowed.
 */
export async function benchEtcdRestore(sandbox: Sandbox, rounds: number, largeMebibytes: number): Promise<string> {
  const say = (line: string): void => console.log(line);
  const bench = await openRestoreBench(sandbox);
  try {
    say(`a small snapshot, ${rounds} rounds`);
    const small = await bench.measure(0, rounds, say);
    say(`a snapshot of ${largeMebibytes} MiB`);
    const large = await bench.measure(largeMebibytes * 1024 * 1024, Math.max(1, Math.floor(rounds / 3)), say);
    const section = renderRestores(small, large, new Date());
    demandWithinMemory(large);
    return section;
  } finally {
    await bench.close();
  }
}

const whatIsCompared = [
  'The script downloads with `curl`, restores with `etcdutl` and starts everything on the three hosts in parallel. It checks nothing. Its members',
  "start at once, so each waits for its peers' answers to kubeadm's first comparison of data; Rekindle starts one once the one before answers its",
  'peers. Rekindle downloads and checks before its plan, while the control plane still runs.',
];

function renderRestores(small: RestoreFigures, large: RestoreFigures, date: Date): string {
  const [, five = 0, fifteen = 0] = loadavg();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return [
    '## etcd-restore',
    '',
    `Measured on ${date.toISOString().slice(0, 10)}, ${cpus().length} cores, ${gibibytes} GiB, Node ${process.versions.node}, load ` +
      `${five.toFixed(1)} and ${fifteen.toFixed(1)}. Three members on one machine.`,
    '',
    ...whatIsCompared,
    '',
    '| what | figure | goal |',
    '|---|---|---|',
    ratioRow(small),
    ratioRow(large),
    `| of that, from the first pod that is stopped to the last API server that is ready (the script: nearly all of its time) | ` +
      `${outageOf(small).toFixed(1)} s and ${outageOf(large).toFixed(1)} s | |`,
    `| backup of ${mebibytes(large.snapshotBytes)} MiB, tried by two restores | ${large.backupSeconds.toFixed(1)} s | |`,
    `| largest resident set with ${mebibytes(large.snapshotBytes)} MiB, backup and restore | ${peaksOf(large)} | ` +
      `< ${mebibytes(residentLimitBytes)} MiB each |`,
    '',
    'Share of each phase of the last restore by Rekindle:',
    '',
    `| phase | ${mebibytes(small.snapshotBytes)} MiB | ${mebibytes(large.snapshotBytes)} MiB |`,
    '|---|---|---|',
    ...[...small.phases.keys()].map((phase) => `| ${phase} | ${shareOf(small, phase)} | ${shareOf(large, phase)} |`),
    '',
  ].join('\n');
}

function ratioRow({ snapshotBytes, rekindleSeconds, plainSeconds }: RestoreFigures): string {
  const [ours, theirs] = [median(rekindleSeconds), median(plainSeconds)];
  const rounds = rekindleSeconds.length;
  return (
    `| restore of three members from ${mebibytes(snapshotBytes)} MiB, Rekindle : script (${rounds === 1 ? '1 round' : `medians of ${rounds}`}) | ` +
    `**${(ours / theirs).toFixed(2)}** (${ours.toFixed(1)} s : ${theirs.toFixed(1)} s) | <= 1.5 |`
  );
}

/** Seconds of the last restore in which no API server answered. */
function outageOf({ phases }: RestoreFigures): number {
  const names = [...phases.keys()];
  const away = names.slice(names.indexOf('stop-clients'), names.indexOf('start-api-servers') + 1);
  return away.reduce((sum, phase) => sum + (phases.get(phase) ?? 0), 0);
}

function peaksOf({ peaks }: RestoreFigures): string {
  const worker = peaks.get('worker') ?? 0;
  const agents = [...peaks].filter(([process]) => process !== 'worker').map(([, bytes]) => bytes);
  return `worker ${mebibytes(worker)} MiB, agents at most ${mebibytes(Math.max(...agents))} MiB`;
}

function shareOf({ phases }: RestoreFigures, phase: string): string {
  const total = [...phases.values()].reduce((sum, seconds) => sum + seconds, 0);
  const seconds = phases.get(phase) ?? 0;
  return `${seconds.toFixed(1)} s, ${Math.round((100 * seconds) / total)} %`;
}
