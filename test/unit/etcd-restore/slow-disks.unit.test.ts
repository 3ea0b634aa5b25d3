import { describe, expect, it } from 'vitest';
import { percentileMs, slowDisks, toldDisks } from '../../../workflows/etcd-restore/slow-disks.ts';
import { diskOf, histogramOf } from '../etcd/disk-world.ts';

const many = (ms: number, count: number) => Array.from({ length: count }, () => ms);
const isSlow = (walFsync: readonly number[], backendCommit: readonly number[] = []) =>
  slowDisks([{ host: 'host-one', disk: diskOf(walFsync, backendCommit) }]).length > 0;

describe('a disk is slow', () => {
  it.each([
    ['every sync takes long', many(300, 6), []],
    ['one sync in twenty takes long, often enough', [...many(1, 60), ...many(50, 3)], []],
    ['the commits take long', many(2, 20), many(100, 5)],
    ['a single sync took more than a second', [...many(1, 20), 1_500], []],
    ['a sync took longer than etcd measures', [...many(1, 20), 20_000], []],
  ] as const)('when %s', (_case, walFsync, backendCommit) => {
    expect(isSlow(walFsync, backendCommit)).toBe(true);
  });

  it.each([
    ['all is quick', many(2, 50), many(8, 50)],
    ['one or two calls stand out', [...many(1, 20), 200, 300], []],
    ['few of very many stand out', [...many(1, 10_000), ...many(50, 20)], []],
    ['nobody can tell whether it was longer than advised', many(12, 30), []],
    ['nothing was written', [], []],
  ] as const)('not when %s', (_case, walFsync, backendCommit) => {
    expect(isSlow(walFsync, backendCommit)).toBe(false);
  });
});

it('the percentile is that of Prometheus', () => {
  expect(percentileMs(histogramOf(many(3, 100)), 0.5)).toBe(3);
  expect(percentileMs(histogramOf([]), 0.99)).toBeNull();
  expect(percentileMs(histogramOf(many(20_000, 4)), 0.99)).toBe(8192);
});

it('what is told names hosts and figures, and nothing of members that do not sync', () => {
  const silent = { ...diskOf([]), syncs: false };
  expect(
    toldDisks([
      { host: 'host-one', disk: silent },
      { host: 'host-two', disk: null },
    ]),
  ).toBeNull();
  expect(
    toldDisks([
      { host: 'host-one', disk: silent },
      { host: 'host-two', disk: diskOf(many(3, 10)) },
    ]),
  ).toMatch(/^host-two: 99th percentile of the log's fsync 4 ms of 10 /);
});
