import { expect, it } from 'vitest';
import type { NodesRecovery } from '../../bench/measure-nodes.ts';
import { renderNodes } from '../../bench/render-nodes.ts';
import { sectionOf } from '../../bench/sections.ts';

const recovery = (count: number, awsReads: number): NodesRecovery => ({
  count,
  awsReads,
  waves: 1,
  seconds: 10,
  plainSeconds: 100,
  plainSample: 3,
  awsEffects: { SuspendProcesses: 3 },
  kubernetesReads: 1,
  kubernetesEffects: { 'patch nodes': count },
  runs: 1,
  events: 1,
  historyBytes: 1,
  workerBytes: 1,
});
const date = new Date('2026-01-01T00:00:00Z');
const slug = 'node-replacement';

it('keeps the sizes of earlier runs in the table, in order, and replaces those that were measured again', () => {
  const first = renderNodes(slug, [recovery(500, 9), recovery(10, 5)], date, null);
  expect(first).toContain('| dead nodes | 10 | 500 |\n|---|---:|---:|\n');
  const document = `# Benchmarks\n\n${first}\n## other\n\n| a | b |\n`;
  const second = renderNodes(slug, [recovery(100, 7), recovery(500, 8)], date, sectionOf(document, slug));
  expect(second).toContain('| dead nodes | 10 | 100 | 500 |\n|---|---:|---:|---:|\n');
  expect(second).toContain('| calls to AWS that read, waits included | 5 | 7 | 8 |\n');
});

it('keeps nothing of a table with other rows', () => {
  const table = `## ${slug}\n\n| dead nodes | 10 |\n|---|---:|\n| something else | 1 |\n`;
  expect(renderNodes(slug, [recovery(100, 7)], date, table)).toContain('| dead nodes | 100 |\n');
});
