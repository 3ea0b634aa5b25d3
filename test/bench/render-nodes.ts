import { loadavg } from 'node:os';
import type { NodesRecovery } from './measure-nodes.ts';
import { headOf } from './render.ts';

/** The section of docs/benchmarks.md on dead nodes. Sizes that `earlier`, the section as it was, has and this run has not are kept. */
export function renderNodes(
  slug: string,
  recoveries: readonly NodesRecovery[],
  date: Date,
  earlier: string | null,
): string {
  const row = (what: string, figure: (one: NodesRecovery) => string) => [what, ...recoveries.map(figure)];
  const [load = 0] = loadavg().slice(1);
  const table = [
    row('dead nodes', ({ count }) => `${count}`),
    row('measured on', () => `${date.toISOString().slice(0, 10)}, load ${load.toFixed(1)}`),
    row('waves', ({ waves }) => `${waves}`),
    row('Rekindle', ({ seconds }) => `${seconds.toFixed(0)} s`),
    row('a program that replaces one after another', ({ plainSeconds }) => `${plainSeconds.toFixed(0)} s`),
    row('ratio', ({ seconds, plainSeconds }) => `**${(seconds / plainSeconds).toFixed(3)}**`),
    row('nodes behind the figure of the program', ({ plainSample }) => `${plainSample}`),
    row('calls to AWS that read, waits included', ({ awsReads }) => `${awsReads}`),
    row('the same for each node', ({ awsReads, count }) => (awsReads / count).toFixed(1)),
    row('calls to AWS that change', ({ awsEffects }) => told(awsEffects)),
    row('calls to Kubernetes that read, waits included', ({ kubernetesReads }) => `${kubernetesReads}`),
    row('the same for each node', ({ kubernetesReads, count }) => (kubernetesReads / count).toFixed(1)),
    row('calls to Kubernetes that change', ({ kubernetesEffects }) => told(kubernetesEffects)),
    row('events of the history (runs)', ({ events, runs }) => `${events} (${runs})`),
    row('history', ({ historyBytes }) => `${(historyBytes / 1024).toFixed(0)} KiB`),
    row('largest resident set of the worker', ({ workerBytes }) => `${(workerBytes / 1024 ** 2).toFixed(0)} MiB`),
  ];
  const merged = mergeColumns(tableOf(earlier ?? ''), table);
  const [header = [], ...rows] = merged.map((cells) => `| ${cells.join(' | ')} |`);
  return [
    ...headOf(slug, date),
    header,
    `|---|${'---:|'.repeat((merged[0]?.length ?? 1) - 1)}`,
    ...rows,
    '',
    'The program makes the same calls without Temporal, one node at a time; its figure is the mean of a few nodes times their number.',
    'A node that is fenced, and a pod or node object that Kubernetes did not take away in time, are calls by item; everything else goes by',
    'pages, groups and waves.',
    '',
  ].join('\n');
}

/** `515: 15 create bindings, 500 patch nodes` */
function told(counts: Readonly<Record<string, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${all}: ${Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ')}`;
}

/** Cells of the table in a section, row by row, without the line under its header. Pure. */
function tableOf(section: string): string[][] {
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '));
}

/** The columns of both by their headers, in numeric order; those of `later` win. Nothing of a table with other rows. Pure. */
export function mergeColumns(earlier: readonly string[][], later: readonly string[][]): string[][] {
  const labels = (table: readonly string[][]) => table.map(([label]) => label).join('\n');
  const columns = new Map<string, string[]>();
  for (const table of labels(earlier) === labels(later) ? [earlier, later] : [later]) {
    const [header = []] = table;
    for (const [index, name] of header.entries()) {
      if (index > 0)
        columns.set(
          name,
          table.map((cells) => cells[index] ?? ''),
        );
    }
  }
  const names = [...columns.keys()].sort((left, right) => Number(left) - Number(right));
  return later.map(([label = ''], row) => [label, ...names.map((name) => columns.get(name)?.[row] ?? '')]);
}
