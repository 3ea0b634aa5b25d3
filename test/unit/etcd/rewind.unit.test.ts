import { describe, expect, it } from 'vitest';
import { rewindOf } from '../../../activities/hosts/rewind-keys.ts';
import { beyondPlan, couldBeRead, lossesOf } from '../../../workflows/etcd-restore/losses.ts';

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

  it('beyond the plan is what was written after it: the plan’s own names are told apart, also the last of a list that goes on', () => {
    const many = Array.from({ length: 70 }, (_, index) => [`configmaps/default/c-${index}`, index] as const);
    const planned = lossesOf({
      objects: rewindOf(then, new Map([...now, ...keys(...many)]), 'the members'),
      cloud: [],
    });
    const later = new Map([...now, ...keys(...many, ['minions/node-2', 151])]);
    later.delete('/registry/services/specs/default/kubernetes');
    const final = rewindOf(then, later, 'the old data of host-one');
    expect(final.revision).toBe(151);
    expect(beyondPlan(planned, final)).toEqual(['gone nodes node-2', 'back services default/kubernetes']);
    expect(beyondPlan(lossesOf({ objects: final, cloud: [] }), final)).toEqual([]);
  });

  it('is said to be unknown where nothing of now can be read', () => {
    expect(lossesOf(null)).toEqual([expect.stringContaining('cannot be read')]);
    expect(couldBeRead(lossesOf(null))).toBe(false);
    expect(couldBeRead(lossesOf({ objects: rewind, cloud: null }))).toBe(true);
  });
});
