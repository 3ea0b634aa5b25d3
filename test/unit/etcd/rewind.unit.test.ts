import { describe, expect, it } from 'vitest';
import { rewindOf } from '../../../activities/hosts/rewind-keys.ts';
import { lossesOf } from '../../../workflows/etcd-restore/losses.ts';

const keys = (...entries: readonly (readonly [string, number])[]) =>
  new Map(entries.map(([key, revision]) => [`/registry/${key}`, revision]));

const then = keys(
  ['namespaces/payments', 3],
  ['deployments/payments/api', 5],
  ['services/specs/default/kubernetes', 2],
  ['leases/kube-system/kube-scheduler', 9],
);
const now = keys(
  ['services/specs/default/kubernetes', 2],
  ['leases/kube-system/kube-scheduler', 40],
  ['minions/node-1', 30],
  ['example.com/widgets/shop/one', 31],
  ['configmaps/default/made-later', 32],
);

describe('what a return to a snapshot takes back', () => {
  const rewind = rewindOf(then, now, 'the members that answer');

  it('is told by name, the weightiest kinds first', () => {
    expect(rewind.lost).toMatchObject({
      count: 3,
      names: ['nodes node-1', 'configmaps default/made-later', 'example.com/widgets shop/one'],
    });
    expect(rewind.returning.names).toEqual(['namespaces payments', 'deployments payments/api']);
    expect(rewind.changed).toMatchObject({ count: 1, kinds: { leases: 1 } });
  });

  it('is bounded, and says how many are not named', () => {
    const many = keys(...Array.from({ length: 200 }, (_, index) => [`configmaps/default/c-${index}`, index] as const));
    const found = rewindOf(keys(), many, 'the members that answer');
    expect(found.lost.count).toBe(200);
    expect(found.lost.names).toHaveLength(60);
    expect(lossesOf({ objects: found, cloud: [] }).join('\n')).toContain('and 140 more');
  });

  it('is said to be unknown where nothing of now can be read', () => {
    expect(lossesOf(null)).toEqual([expect.stringContaining('cannot be read')]);
  });
});
