import type { NodesFigures } from './measure-nodes.ts';
import { headOf } from './render.ts';

/** The section of docs/benchmarks.md on dead nodes. */
export function renderNodes(slug: string, { plainSample, recoveries }: NodesFigures, date: Date): string {
  const row = (what: string, figure: (one: NodesFigures['recoveries'][number]) => string) =>
    `| ${[what, ...recoveries.map(figure)].join(' | ')} |`;
  return [
    ...headOf(slug, date),
    `| dead nodes | ${recoveries.map(({ count }) => count).join(' | ')} |`,
    `|---|${recoveries.map(() => '---:|').join('')}`,
    row('waves', ({ waves }) => `${waves}`),
    row('Rekindle', ({ seconds }) => `${seconds.toFixed(0)} s`),
    row('a program that replaces one after another', ({ plainSeconds }) => `${plainSeconds.toFixed(0)} s`),
    row('ratio', ({ seconds, plainSeconds }) => `**${(seconds / plainSeconds).toFixed(3)}**`),
    row('calls to AWS that read, waits included', ({ awsReads }) => `${awsReads}`),
    row('calls to AWS that change', ({ awsEffects }) => `${awsEffects}`),
    row('calls to Kubernetes that read, waits included', ({ kubernetesReads }) => `${kubernetesReads}`),
    row('calls to Kubernetes that change', ({ kubernetesEffects }) => `${kubernetesEffects}`),
    row('events of the history (runs)', ({ events, runs }) => `${events} (${runs})`),
    row('history', ({ historyBytes }) => `${(historyBytes / 1024).toFixed(0)} KiB`),
    row('largest resident set of the worker', ({ workerBytes }) => `${(workerBytes / 1024 ** 2).toFixed(0)} MiB`),
    '',
    `The program makes the same calls without Temporal, one node at a time; its figure is the mean of ${plainSample} nodes times their number.`,
    'A node that is fenced and a dead node whose object is removed are calls by item; everything else goes by pages, groups and waves.',
    '',
  ].join('\n');
}
