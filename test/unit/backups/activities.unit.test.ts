import { beforeEach, describe, expect, it } from 'vitest';
import { type BackupActivities, createBackupActivities } from '../../../activities/backups/activities.ts';
import { backupKinds } from '../../../activities/backups/kinds.ts';
import { parseSavedVolumes } from '../../../activities/backups/saved-volumes.ts';
import { driversWithClass, hasCsiFeature, narrowing, scheduleFacts } from '../../../activities/backups/translate.ts';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const input = {
  cluster: 'prod',
  veleroNamespace: 'velero',
  recoveryId: 'r-1',
  workflowId: 'cluster-backup/prod/default',
  name: 'rekindle-default',
  policy: 'default',
};
const ref = { namespace: 'velero', name: 'rekindle-default' };
const spec = { schedule: '@daily', template: { ttl: '1h0m0s', labelSelector: { matchLabels: { a: 'b' } } } };

let cluster: FakeKubernetes;
let backups: BackupActivities;

beforeEach(() => {
  cluster = new FakeKubernetes();
  backups = createBackupActivities({
    clusters: cluster.clusters,
    files: { fetch: async () => null },
    pace: new TestPace(),
  });
});

const seen = () => cluster.read<KubernetesObject>(backupKinds.schedule, ref);

describe('a Schedule of a policy', () => {
  it('is created once, and left as it is when it says what is wanted', async () => {
    expect(await backups.ensureBackupSchedule({ ...input, spec })).toEqual({ outcome: 'created' });
    expect(await backups.ensureBackupSchedule({ ...input, spec })).toEqual({ outcome: 'as it was' });
    expect(cluster.effects).toHaveLength(1);
  });

  it('finds its own work after a lost reply', async () => {
    cluster.loseCreationReply = true;
    await expect(backups.ensureBackupSchedule({ ...input, spec })).rejects.toMatchObject({ code: 'reply-lost' });
    expect(await backups.ensureBackupSchedule({ ...input, spec })).toEqual({ outcome: 'as it was' });
  });

  it('is brought to the policy, with nothing left of what it said before', async () => {
    await backups.ensureBackupSchedule({ ...input, spec });
    const wanted = { schedule: '@weekly', template: { ttl: '2h0m0s' } };
    expect(await backups.ensureBackupSchedule({ ...input, spec: wanted })).toEqual({ outcome: 'changed' });
    expect((await seen())?.spec).toEqual(wanted);
  });

  it('goes with the policy’s cron, once', async () => {
    await backups.ensureBackupSchedule({ ...input, spec });
    expect(await backups.ensureBackupSchedule({ ...input, spec: null })).toEqual({ outcome: 'removed' });
    expect(await backups.ensureBackupSchedule({ ...input, spec: null })).toEqual({ outcome: 'as it was' });
  });

  it('of somebody else is never touched', async () => {
    await cluster.create<KubernetesObject>(backupKinds.schedule, { metadata: ref, spec: { schedule: '@hourly' } });
    await expect(backups.ensureBackupSchedule({ ...input, spec })).rejects.toMatchObject({ code: 'already-exists' });
    expect(await backups.ensureBackupSchedule({ ...input, spec: null })).toEqual({ outcome: 'as it was' });
    expect((await seen())?.spec).toEqual({ schedule: '@hourly' });
  });
});

describe('the account of volumes', () => {
  const parse = (...entries: object[]) => parseSavedVolumes(JSON.stringify(entries), 'infos');
  const data = { pvcName: 'data', pvcNamespace: 'production', pvName: 'pv', result: 'succeeded' };

  it.each([
    ['NativeSnapshot', { nativeSnapshotInfo: { snapshotHandle: 'snap-1' } }, 'native-snapshot', 'snap-1'],
    ['CSISnapshot', { csiSnapshotInfo: { snapshotHandle: 'rbd-1' } }, 'csi-snapshot', 'rbd-1'],
    ['PodVolumeBackup', { pvbInfo: { snapshotHandle: 'k-1' } }, 'file-system', 'k-1'],
  ])('knows %s', (backupMethod, info, method, handle) => {
    expect(parse({ ...data, backupMethod, ...info })).toMatchObject([
      { method, handle, succeeded: true, reason: null },
    ]);
  });

  it.each([
    ['left out', { skipped: true, skippedReason: 'by policy' }, 'by policy'],
    ['failed', { backupMethod: 'NativeSnapshot', result: 'failed' }, 'Velero says: failed'],
    ['saved under no name', { backupMethod: 'CSISnapshot' }, 'Velero says: succeeded'],
  ])('takes a volume that was %s for none', (_title, info, reason) => {
    expect(parse({ ...data, ...info })).toMatchObject([{ succeeded: false, reason }]);
  });

  it('is empty where Velero writes null, and damaged where it is no list', () => {
    expect(parseSavedVolumes('null', 'infos')).toEqual([]);
    expect(() => parseSavedVolumes('{}', 'infos')).toThrow('infos is no list');
    expect(() => parseSavedVolumes('no', 'infos')).toThrow('infos cannot be read');
  });
});

it('reads features from either spelling of the flag', () => {
  const server = (args: string[]) => ({
    metadata: { name: 'velero' },
    spec: { template: { spec: { containers: [{ args }] } } },
  });
  expect(hasCsiFeature(server(['server', '--features=A,EnableCSI']))).toBe(true);
  expect(hasCsiFeature(server(['server', '--features', 'EnableCSI']))).toBe(true);
  expect(hasCsiFeature(server(['server', '--features=EnableCSIMigration']))).toBe(false);
  expect(hasCsiFeature(null)).toBe(false);
});

it('takes the classes that Velero takes', () => {
  const of = (driver: string, labels = {}, annotations = {}) => ({
    metadata: { name: driver, labels, annotations },
    driver,
  });
  const classes = [
    of('one'),
    of('two'),
    of('two'),
    of('labelled', { 'velero.io/csi-volumesnapshot-class': 'true' }),
    of('labelled'),
  ];
  expect(driversWithClass(classes)).toEqual(['labelled', 'one']);
});

it.each([
  [{}, null],
  [{ includedResources: ['*'] }, null],
  [{ labelSelector: { matchExpressions: [{ key: 'a', operator: 'NotIn' }] } }, null],
  [{ includedResources: ['secrets'] }, 'the kinds secrets'],
  [{ labelSelector: { matchLabels: { tier: 'frontend' } } }, 'the label tier'],
])('a backup of %j is narrowed to %s', (template, expected) => expect(narrowing(template)).toBe(expected));

it('finds the newest completed backup of a Schedule, also one that was asked for by hand', () => {
  const schedule = {
    metadata: { name: 'rekindle-default', labels: { 'rekindle.io/backup-policy': 'default' } },
    spec: { schedule: '@daily' },
  };
  const made = (labels: Record<string, string>, startTimestamp: string, phase = 'Completed') => ({
    metadata: { name: startTimestamp, labels },
    spec: {},
    status: { phase, startTimestamp },
  });
  const found = [
    made({ 'velero.io/schedule-name': 'rekindle-default' }, '2026-01-01T00:00:00Z'),
    made({ 'rekindle.io/backup-policy': 'default' }, '2026-01-02T00:00:00Z'),
    made({ 'velero.io/schedule-name': 'rekindle-default' }, '2026-01-03T00:00:00Z', 'PartiallyFailed'),
    made({ 'velero.io/schedule-name': 'other' }, '2026-01-04T00:00:00Z'),
  ];
  expect(scheduleFacts(schedule, found, Date.parse('2026-01-04T12:00:00Z'))).toMatchObject({
    lastCompletedAt: '2026-01-02T00:00:00Z',
    overdueSince: '2026-01-03T00:00:00.000Z',
  });
});
