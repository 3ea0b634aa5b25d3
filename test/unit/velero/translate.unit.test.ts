import { describe, expect, it } from 'vitest';
import type { StorageLocationObject } from '../../../activities/velero/objects.ts';
import { parseBackupList, parseResults } from '../../../activities/velero/results.ts';
import {
  durationSeconds,
  isAbandoned,
  locationSummary,
  restoreSummary,
  standingOf,
} from '../../../activities/velero/translate.ts';

describe('a phase', () => {
  it.each(['Completed', 'PartiallyFailed', 'Failed', 'FailedValidation', 'Deleting'])('%s is an end', (phase) => {
    expect(standingOf(phase)).toBe('ended');
  });

  it.each([
    '',
    'New',
    'Queued',
    'ReadyToStart',
    'InProgress',
    'WaitingForPluginOperations',
    'FinalizingPartiallyFailed',
  ])('"%s" is none', (phase) => {
    expect(standingOf(phase)).toBe('running');
  });

  it('of a later Velero is no end either', () => {
    expect(standingOf('CompletedButForVerification')).toBe('unknown');
  });
});

describe('a failed run', () => {
  const reason = 'found a restore with status "InProgress" during the server starting, mark it as "Failed"';

  it.each([
    ['Failed', reason, true],
    ['Failed', 'error downloading backup', false],
    ['Failed', null, false],
    ['Completed', reason, false],
  ])('%s (%s): abandoned by a restart is %s', (phase, failureReason, expected) => {
    expect(isAbandoned(phase, failureReason)).toBe(expected);
  });

  it('tells the reasons of a validation that failed', () => {
    const status = { phase: 'FailedValidation', validationErrors: ['a', 'b'] };
    const summary = restoreSummary({ metadata: { name: 'r' }, spec: { backupName: 'x' }, status });
    expect(summary).toMatchObject({ standing: 'ended', failureReason: 'a; b', backup: 'x', abandoned: false });
  });
});

describe('a storage location', () => {
  const now = Date.parse('2026-01-01T00:10:00Z');
  const location = (phase: string | undefined, lastValidationTime: string | undefined, validationFrequency?: string) =>
    locationSummary(
      {
        metadata: { name: 'default' },
        spec: { provider: 'aws', objectStorage: { bucket: 'b' }, ...(validationFrequency && { validationFrequency }) },
        status: { ...(phase && { phase }), ...(lastValidationTime && { lastValidationTime }) },
      } as StorageLocationObject,
      now,
    );

  it.each([
    ['Available and just looked at', location('Available', '2026-01-01T00:09:30Z'), true],
    ['Available, looked at two and a half minutes ago', location('Available', '2026-01-01T00:07:30Z'), true],
    ['Available, looked at three minutes ago', location('Available', '2026-01-01T00:07:00Z'), false],
    ['Available, three minutes ago, looked at hourly', location('Available', '2026-01-01T00:07:00Z', '1h0m0s'), true],
    ['Available, never looked at', location('Available', undefined), false],
    ['Unavailable, just looked at', location('Unavailable', '2026-01-01T00:09:59Z'), false],
    ['of no phase yet', location(undefined, undefined), false],
  ])('%s', (_, { usable }, expected) => {
    expect(usable).toBe(expected);
  });
});

it.each([
  ['1m0s', 60],
  ['1h30m', 5_400],
  ['500ms', 0.5],
  ['5s', 5],
  ['', 0],
  ['soon', 0],
])('the duration "%s" is %d s', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

describe('files of the store', () => {
  it('list what a backup holds, cluster-scoped objects without a namespace', () => {
    const text = JSON.stringify({ 'apps/v1/Deployment': ['a/web'], 'v1/Namespace': ['a'] });
    expect(parseBackupList(text, 'f')).toEqual([
      { type: 'apps/v1/Deployment', namespace: 'a', name: 'web' },
      { type: 'v1/Namespace', namespace: null, name: 'a' },
    ]);
  });

  it('tell errors and warnings with what they are about', () => {
    const text = JSON.stringify({
      errors: { velero: ['v'], cluster: ['c'], namespaces: { a: ['n'] } },
      warnings: {},
    });
    expect(parseResults(text, 'f')).toEqual({
      errors: [
        { scope: 'velero', namespace: null, text: 'v' },
        { scope: 'cluster', namespace: null, text: 'c' },
        { scope: 'namespace', namespace: 'a', text: 'n' },
      ],
      warnings: [],
    });
  });

  it.each([
    ['cut off', '{"v1/Pod": ["a/'],
    ['another kind of document', '["v1/Pod"]'],
  ])('that are damaged are not taken for empty ones: %s', (_, text) => {
    expect(() => parseBackupList(text, 'BackupResourceList of b')).toThrow(/BackupResourceList of b cannot be read/);
  });
});
