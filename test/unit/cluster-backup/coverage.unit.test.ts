import { expect, it } from 'vitest';
import type { SavedVolume, ScheduleFacts } from '../../../activities/backups/types.ts';
import { age, coverageLine, coverageOf } from '../../../workflows/cluster-backup/coverage.ts';
import { backup, claim, standing } from './facts.ts';

const now = Date.parse('2026-01-01T05:17:00Z');
const schedule: ScheduleFacts = {
  name: 'nightly',
  cron: '17 2 * * *',
  paused: false,
  phase: 'Enabled',
  namespaces: { included: [], excluded: [] },
  lastCompletedAt: null,
  overdueSince: null,
};
const saved = (name: string, changes: Partial<SavedVolume> = {}): SavedVolume => ({
  namespace: 'production',
  claim: name,
  volume: 'pv',
  method: 'native-snapshot',
  handle: 'snap-1',
  succeeded: true,
  reason: null,
  ...changes,
});

const production = (
  changes: Partial<typeof standing>,
  volumes: readonly SavedVolume[] | null = [],
  completed = ['snap-1'],
) => {
  const sources = { standing: { ...standing, ...changes }, saved: { new: volumes }, completedSnapshots: completed };
  const found = coverageOf(sources, now).find(({ namespace }) => namespace === 'production');
  if (found === undefined) throw new Error('no production');
  return found;
};

it('names a claim without any snapshot, with the age of the backup against its schedule', () => {
  const found = production({ backups: [backup('new')], schedules: [schedule] }, [saved('data')]);
  expect(found).toMatchObject({ backup: 'new', ageSeconds: 10_800, overdueSince: null, claims: 2 });
  expect(found.unprotected).toEqual([{ claim: 'scratch', why: 'new does not hold its volume' }]);
  expect(coverageLine(found)).toBe(
    'backup new, 3 h 0 min old; schedule nightly (17 2 * * *), in time; 2 claims, 1 unprotected: scratch (new does not hold its volume)',
  );
});

it.each<[string, readonly SavedVolume[] | null, string[], RegExp]>([
  ['a snapshot that EC2 lacks', [saved('data')], [], /names snapshot snap-1, which EC2 does not have/],
  ['a snapshot that failed', [saved('data', { succeeded: false, reason: 'limit' })], [], /no snapshot in new: limit/],
  ['an account that cannot be read', null, [], /could not be read/],
])('does not take %s for a copy', (_title, volumes, completed, why) => {
  const { unprotected } = production({ backups: [backup('new')], claims: [claim('data')] }, volumes, completed);
  expect(unprotected).toEqual([{ claim: 'data', why: expect.stringMatching(why) }]);
});

it.each([
  ['that is partial', backup('new', { phase: 'PartiallyFailed' })],
  ['that is narrowed', backup('new', { narrowedTo: 'the kinds secrets' })],
  ['of other namespaces', backup('new', { namespaces: { included: ['staging'], excluded: [] } })],
  ['that leaves it out', backup('new', { namespaces: { included: ['*'], excluded: ['production'] } })],
])('does not count a backup %s', (_title, found) => {
  expect(production({ backups: [found] })).toMatchObject({ backup: null, ageSeconds: null });
  expect(coverageLine(production({ backups: [found] }))).toMatch(/no completed backup: everything in it would be lost/);
});

it('says since when a backup is overdue, and counts no paused schedule', () => {
  const late = { ...schedule, overdueSince: '2026-01-01T02:17:00.000Z' };
  expect(coverageLine(production({ schedules: [late] }))).toMatch(/overdue since 2026-01-01T02:17/);
  expect(coverageLine(production({ schedules: [{ ...late, paused: true }] }))).toMatch(/no schedule/);
});

it.each([
  [59, '59 s'],
  [3_599, '59 min'],
  [11_100, '3 h 5 min'],
  [259_200, '3 days'],
])('calls %s seconds %s', (seconds, words) => expect(age(seconds)).toBe(words));
