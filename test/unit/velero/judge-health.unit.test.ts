import { expect, it } from 'vitest';
import type { StorageLocationSummary, VeleroHealth } from '../../../activities/velero/types.ts';
import { judgeHealth } from '../../../workflows/velero/judge-health.ts';

const location: StorageLocationSummary = {
  name: 'default',
  provider: 'aws',
  isDefault: true,
  phase: 'Available',
  accessMode: 'ReadWrite',
  bucket: 'backups',
  prefix: '',
  validatedSecondsAgo: 3,
  usable: true,
  message: null,
};
const server = { version: 'v1.18.3', plugins: ['BackupItemAction velero.io/pod', 'ObjectStore velero.io/aws'] };

const judge = (health: Partial<VeleroHealth>, access: 'read' | 'write' = 'write', name: string | null = null) =>
  judgeHealth({ server, locations: [location], ...health }, { cluster: 'prod', location: name, access });

it('takes the default location of a Velero that answers', () => {
  expect(judge({})).toEqual({ kind: 'well', location });
});

it.each<[string, string, RegExp, ReturnType<typeof judge>]>([
  ['no server', 'velero-down', /did not answer/, judge({ server: null })],
  ['no location', 'backup-location-unusable', /no default storage location; there is: none/, judge({ locations: [] })],
  [
    'another location',
    'backup-location-unusable',
    /no storage location west; there is: default/,
    judge({}, 'read', 'west'),
  ],
  [
    'no plugin for the location',
    'velero-plugin-missing',
    /ObjectStore velero\.io\/aws/,
    judge({ server: { version: 'v1.18.3', plugins: [] }, locations: [{ ...location, usable: false }] }),
  ],
  [
    'a location that is Available and stale',
    'backup-location-unusable',
    /Available, last looked at 400 s ago/,
    judge({ locations: [{ ...location, validatedSecondsAgo: 400, usable: false }] }),
  ],
  [
    'a location that is Unavailable',
    'backup-location-unusable',
    /Unavailable.*NoSuchBucket/,
    judge({ locations: [{ ...location, phase: 'Unavailable', usable: false, message: 'NoSuchBucket:\n gone' }] }),
  ],
  [
    'a ReadOnly location to write to',
    'backup-location-unusable',
    /ReadOnly/,
    judge({ locations: [{ ...location, accessMode: 'ReadOnly' }] }),
  ],
])('%s is %s', (_title, code, message, verdict) => {
  expect(verdict).toMatchObject({ kind: 'ill', code, message: expect.stringMatching(message) });
});

it('reads from a ReadOnly location', () => {
  expect(judge({ locations: [{ ...location, accessMode: 'ReadOnly' }] }, 'read')).toMatchObject({ kind: 'well' });
});
