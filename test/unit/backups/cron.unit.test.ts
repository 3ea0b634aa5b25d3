import { expect, it } from 'vitest';
import { nextRun, overdueSince } from '../../../activities/backups/cron.ts';

const at = (time: string) => Date.parse(`2026-01-0${time}:00Z`);

it.each([
  ['17 2 * * *', '1T03:00', '2T02:17'],
  ['@daily', '1T03:00', '2T00:00'],
  ['@every 6h', '1T03:00', '1T09:00'],
])('%s runs after %s at %s', (cron, last, next) => expect(nextRun(cron, at(last))).toBe(at(next)));

it('has no next run where the expression cannot be read', () => {
  expect(nextRun('every night', at('1T03:00'))).toBeNull();
  expect(nextRun('@every soon', at('1T03:00'))).toBeNull();
});

it('is overdue an hour after the next run', () => {
  expect(overdueSince('17 2 * * *', at('1T02:17'), at('2T03:16'))).toBeNull();
  expect(overdueSince('17 2 * * *', at('1T02:17'), at('2T03:17'))).toBe(at('2T02:17'));
});
