import { cpus, loadavg, totalmem } from 'node:os';
import type { KillFigures } from './measure-kill.ts';
import type { ManyRecoveries } from './measure-many.ts';
import type { OneRecovery } from './measure-one.ts';

/** What was not measured is absent. */
export interface Figures {
  readonly one?: OneRecovery;
  readonly many?: ManyRecoveries;
  readonly kill?: KillFigures;
}

function row(what: string, figure: string, goal: string): string {
  return `| ${what} | ${figure} | ${goal} |`;
}

/** One section of docs/benchmarks.md. */
export function renderFigures(slug: string, { one, many, kill }: Figures, date: Date): string {
  return [
    ...headOf(slug, date),
    '| what | figure | goal |',
    '|---|---|---|',
    ...(one === undefined
      ? []
      : [
          row(
            `one recovery, Rekindle : plain program (medians of ${one.rounds})`,
            ratio(one.rekindleSeconds, one.plainSeconds, 2),
            '<= 1.3',
          ),
          row('events of a recovery', `${one.events} for ${one.activities} activities`, ''),
          row('history of a recovery', `${(one.historyBytes / 1024).toFixed(0)} KiB`, ''),
        ]),
    ...(kill === undefined
      ? []
      : [
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
        ]),
    ...(many === undefined
      ? []
      : [
          row(
            `${many.count} volumes lost at once, Rekindle : plain program one after another`,
            ratio(many.rekindleSeconds, many.plainSeconds, 3),
            '<= 0.1',
          ),
          '',
          `The plain program's ${seconds(many.plainSeconds)} are the mean of ${many.plainSample} recoveries times ${many.count}.`,
        ]),
    '',
  ].join('\n');
}

/** Title of a section, and the conditions of the measure. */
export function headOf(slug: string, date: Date): string[] {
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return [
    `## ${slug}`,
    '',
    `Measured on ${date.toISOString().slice(0, 10)}, ${cpus().length} cores, ${gibibytes} GiB, Node ${process.versions.node}, load ${load()}.`,
    '',
  ];
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function ratio(rekindle: number, plain: number, digits: number): string {
  return `**${(rekindle / plain).toFixed(digits)}** (${seconds(rekindle)} : ${seconds(plain)})`;
}

/** What else the machine had to do, by its own word: the averages over 5 and 15 minutes. */
function load(): string {
  const [, five = 0, fifteen = 0] = loadavg();
  return `${five.toFixed(1)} and ${fifteen.toFixed(1)}`;
}
