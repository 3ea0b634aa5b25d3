import { describe, expect, it } from 'vitest';
import { chooseVictims, spreadLaunches, zoneToFill } from '../../../../sandbox/aws/autoscaling/balance.ts';
import { LifecycleState, type Member } from '../../../../sandbox/aws/autoscaling/group.ts';

const zones = ['a', 'b', 'c'];

/** `a1 b2! c1* a3~`: a zone and a number each; `!` unhealthy, `*` protected, `~` terminating. */
function members(text: string): Member[] {
  return text
    .split(' ')
    .filter((entry) => entry !== '')
    .map((entry) => ({
      instanceId: entry.slice(0, 2),
      zone: entry.slice(0, 1),
      subnetId: '',
      instanceType: 'm5.large',
      state: entry.endsWith('~') ? LifecycleState.terminating : LifecycleState.inService,
      healthy: !entry.endsWith('!'),
      protected: entry.endsWith('*'),
    }));
}

describe('launches', () => {
  it.each<[string, number, object]>([
    ['', 3, { a: 1, b: 1, c: 1 }],
    ['', 4, { a: 2, b: 1, c: 1 }],
    ['a1 a2 b1', 3, { c: 2, b: 1 }],
    ['a1 b1 c1 c2~', 1, { a: 1 }],
  ])('with %j present, %d go to %j', (present, count, expected) => {
    expect(Object.fromEntries(spreadLaunches(members(present), zones, count))).toEqual(expected);
  });

  it('go nowhere when no zone is left', () => {
    expect(spreadLaunches(members('a1'), [], 2).size).toBe(0);
  });
});

describe('the members that are given up', () => {
  it.each<[string, number, string[]]>([
    ['a1 b1 c1 a2', 1, ['a1']],
    ['a1 b1! a2', 1, ['b1']],
    ['a1* a2 b1', 1, ['a2']],
    ['a1* b1*', 1, []],
    ['a1 a2 b1 b2 c1', 2, ['a1', 'b1']],
    ['a1~ b1', 1, ['b1']],
  ])('of %j, %d: %j', (present, count, expected) => {
    expect(chooseVictims(members(present), zones, count).map((member) => member.instanceId)).toEqual(expected);
  });
});

describe('the zone that lacks members', () => {
  it.each<[string, string | undefined]>([
    ['a1 a2 b1 c1', undefined],
    ['a1 a2 b1', 'c'],
    ['a1 a2 a3 b1 c1', 'b'],
  ])('with %j is %s', (present, expected) => {
    expect(zoneToFill(members(present), zones)).toBe(expected);
  });

  it('does not exist in a group of one zone', () => {
    expect(zoneToFill(members('a1 a2'), ['a'])).toBeUndefined();
  });
});
