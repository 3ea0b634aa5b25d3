import { cpus, totalmem } from 'node:os';
import type { KillFigures } from './measure-kill.ts';
import type { ManyRecoveries } from './measure-many.ts';
import type { OneRecovery } from './measure-one.ts';

export interface Figures {
  readonly one: OneRecovery;
  readonly many: ManyRecoveries;
  readonly kill: KillFigures;
}

function row(what: string, figure: string, goal: string): string {
  return `| ${what} | ${figure} | ${goal} |`;
}

/** One section of docs/benchmarks.md. */
export function renderFigures(slug: string, { one, many, kill }: Figures, date: Date): string {
  const cores = cpus();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const oneRatio = (one.rekindleSeconds / one.plainSeconds).toFixed(2);
  const manyRatio = (many.rekindleSeconds / many.plainSeconds).toFixed(3);
  return [
    `## ${slug}`,
    '',
    `Measured on ${date.toISOString().slice(0, 10)}, ${cores.length} cores, ${gibibytes} GiB, Node ${process.versions.node}.`,
    '',
    '| what | figure | goal |',
    '|---|---|---|',
    row(
      `one recovery, Rekindle : plain program (medians of ${one.rounds})`,
      `**${oneRatio}** (${seconds(one.rekindleSeconds)} : ${seconds(one.plainSeconds)})`,
      '<= 1.3',
    ),
    row(
      `${many.count} volumes lost at once, Rekindle : plain program one after another`,
      `**${manyRatio}** (${seconds(many.rekindleSeconds)} : ${seconds(many.plainSeconds)})`,
      '<= 0.1',
    ),
    row(
      `SIGKILL of a worker until the interrupted activity runs on a second one (median, longest of ${kill.rounds})`,
      `**${seconds(kill.secondWorker.median)}**, ${seconds(kill.secondWorker.longest)}`,
      '<= 5 s',
    ),
    row(
      'the same with one worker that is started again at once',
      `**${seconds(kill.restarted.median)}**, ${seconds(kill.restarted.longest)}`,
      '<= 5 s',
    ),
    row('events of a recovery', `${one.events} for ${one.activities} activities`, ''),
    row('history of a recovery', `${(one.historyBytes / 1024).toFixed(0)} KiB`, ''),
    '',
    `The plain program's ${seconds(many.plainSeconds)} are the mean of ${many.plainSample} recoveries times ${many.count}.`,
    '',
  ].join('\n');
}
