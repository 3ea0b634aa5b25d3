import { describe, expect, it } from 'vitest';
import { conflicts, granted, type Holder, overlaps, without } from '../../../workflows/lease/scopes.ts';

const holder = (name: string): Holder => ({ workflowId: `volume-rebind/prod/${name}`, recoveryId: `run-of-${name}` });

describe('overlap of scopes', () => {
  it.each([
    ['nodes', 'nodes', true],
    ['', 'namespaces/production', true],
    ['', '', true],
    ['namespaces/production', 'namespaces/production/claims/data-db-0', true],
    ['namespaces/production/claims/data-db-0', 'namespaces/production/claims/data-db-1', false],
    ['namespaces/prod', 'namespaces/production', false],
    ['nodes', 'namespaces', false],
    ['/nodes/', 'nodes', true],
    ['Nodes', 'nodes', false],
  ])('of "%s" and "%s" is %s, from both sides', (left, right, expected) => {
    expect(overlaps(left, right)).toBe(expected);
    expect(overlaps(right, left)).toBe(expected);
  });
});

describe('holdings', () => {
  const db = { holder: holder('db'), scopes: ['namespaces/production/claims/data-db-0'] };
  const nodes = { holder: holder('nodes'), scopes: ['nodes', 'asgs/a'] };

  it('stand in the way only where they overlap', () => {
    expect(conflicts([db, nodes], holder('other'), ['namespaces/production'])).toEqual([db]);
    expect(conflicts([db, nodes], holder('other'), [''])).toEqual([db, nodes]);
    expect(conflicts([db, nodes], holder('other'), ['asgs/b'])).toEqual([]);
    expect(conflicts([db, nodes], holder('other'), [])).toEqual([]);
  });

  it('never stand in the way of their own holder', () => {
    expect(conflicts([db, nodes], db.holder, ['namespaces/production'])).toEqual([]);
  });

  it('of an earlier run under the same workflow id stand in the way', () => {
    const later = { ...db.holder, recoveryId: 'a-later-run' };
    expect(conflicts([db], later, db.scopes)).toEqual([db]);
  });

  it('grow by what the holder is granted beside, without doubles', () => {
    expect(granted([db, nodes], db.holder, [...db.scopes, 'x'])).toEqual([
      nodes,
      { holder: db.holder, scopes: [...db.scopes, 'x'] },
    ]);
  });

  it('leave with their holder alone', () => {
    expect(without([db, nodes], db.holder)).toEqual([nodes]);
    expect(without([db], holder('stranger'))).toEqual([db]);
  });
});
