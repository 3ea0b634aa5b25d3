import { beforeEach, expect, it } from 'vitest';
import { ensureReadOnlyLocation, removeReadOnlyLocation } from '../../../activities/backup-stores/location.ts';
import { neutralisedAnnotation } from '../../../activities/backup-stores/neutralise.ts';
import { listNeutralised, promoteNeutralised } from '../../../activities/backup-stores/promote.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { veleroKinds } from '../../../activities/velero/kinds.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';

const signal = new AbortController().signal;
const input = {
  cluster: 'dr',
  veleroNamespace: 'velero',
  name: 'rekindle-from-prod',
  store: { region: 'us-east-1', bucket: 'backups-of-prod' },
  credential: { secret: 'read-prod', key: 'cloud' },
  recoveryId: 'r-1',
  workflowId: 'cross-cluster-restore/dr/prod',
};
const ref = { namespace: 'velero', name: 'rekindle-from-prod' };
let cluster: FakeKubernetes;

beforeEach(async () => {
  cluster = new FakeKubernetes();
  await cluster.create<KubernetesObject>(veleroKinds.storageLocation, {
    metadata: { namespace: 'velero', name: 'default' },
    spec: {
      provider: 'aws',
      default: true,
      accessMode: 'ReadWrite',
      objectStorage: { bucket: 'backups-of-dr' },
      config: { region: 'us-west-2', s3Url: 'http://store' },
      backupSyncPeriod: '5s',
    },
  });
});

it('makes the bucket known once, to be read only, with the rights that are named for it', async () => {
  expect(await ensureReadOnlyLocation(cluster, input, signal)).toBe('created');
  expect(await ensureReadOnlyLocation(cluster, input, signal)).toBe('as it was');
  expect((await cluster.read<KubernetesObject>(veleroKinds.storageLocation, ref))?.spec).toEqual({
    provider: 'aws',
    default: false,
    accessMode: 'ReadOnly',
    objectStorage: { bucket: 'backups-of-prod' },
    config: { region: 'us-east-1', s3Url: 'http://store' },
    backupSyncPeriod: '5s',
    credential: { name: 'read-prod', key: 'cloud' },
  });
});

it('never takes a location that may be written to', async () => {
  await cluster.create<KubernetesObject>(veleroKinds.storageLocation, {
    metadata: ref,
    spec: { provider: 'aws', objectStorage: { bucket: 'backups-of-prod' } },
  });
  await expect(ensureReadOnlyLocation(cluster, input, signal)).rejects.toMatchObject({ code: 'already-exists' });
  await removeReadOnlyLocation(cluster, input, signal);
  expect(await cluster.read(veleroKinds.storageLocation, ref)).not.toBeNull();
});

it('forgets its own location with the Backups that were known from there, and no others', async () => {
  await ensureReadOnlyLocation(cluster, input, signal);
  for (const [name, location] of [
    ['of-prod', 'rekindle-from-prod'],
    ['of-dr', 'default'],
  ]) {
    await cluster.create<KubernetesObject>(veleroKinds.backup, {
      metadata: { namespace: 'velero', name: name ?? '' },
      spec: { storageLocation: location },
    });
  }
  await removeReadOnlyLocation(cluster, input, signal);
  expect(await cluster.read(veleroKinds.storageLocation, ref)).toBeNull();
  const left = await cluster.list(veleroKinds.backup, { namespace: 'velero' });
  expect(left.map(({ metadata }) => metadata.name)).toEqual(['of-dr']);
});

it('promotes what carries the mark, once', async () => {
  const mail = { namespace: 'shop', name: 'mail' };
  await cluster.create<KubernetesObject>(kinds.cronJob, {
    metadata: { ...mail, annotations: { [neutralisedAnnotation]: '{"spec":{"suspend":false}}' } },
    spec: { suspend: true, schedule: '@daily' },
  });
  const found = await listNeutralised(cluster, null, signal);
  expect(found).toEqual([{ kind: 'CronJob', ...mail }]);
  expect(await listNeutralised(cluster, ['other'], signal)).toEqual([]);
  const gone = { kind: 'CronJob', namespace: 'shop', name: 'gone' };
  const expected = { promoted: 1, gone: ['CronJob shop/gone'] };
  expect(await promoteNeutralised(cluster, [...found, gone], input, signal)).toEqual(expected);
  expect(await promoteNeutralised(cluster, [...found, gone], input, signal)).toEqual(expected);
  expect((await cluster.read<KubernetesObject>(kinds.cronJob, mail))?.spec).toEqual({
    suspend: false,
    schedule: '@daily',
  });
  expect(await listNeutralised(cluster, null, signal)).toEqual([]);
});
