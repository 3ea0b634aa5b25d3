import { beforeAll, describe, expect, it } from 'vitest';
import { connectKubernetes } from '../../../activities/kubernetes/client.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesPort } from '../../../activities/kubernetes/port.ts';
import { createVeleroActivities, type VeleroActivities } from '../../../activities/velero/activities.ts';
import { httpSignedFiles } from '../../../activities/velero/client.ts';
import type { VeleroHealth } from '../../../activities/velero/types.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { realPace } from '../../adapters/test-pace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const place = { cluster: 'prod', veleroNamespace: 'velero' };
const holder = { recoveryId: 'velero-adapter', workflowId: 'namespace-restore/prod' };
const production = { namespace: 'production' };
const spec = {
  storageLocation: 'default',
  volumeSnapshotLocations: ['default'],
  includedNamespaces: ['production'],
  ttl: '168h0m0s',
};
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
let cluster: KubernetesPort;
let velero: VeleroActivities;

beforeAll(async () => {
  const clusters = connectKubernetes({ prod: { context: 'prod', kubeconfig: sandbox.kubeconfigPath } });
  cluster = clusters.cluster('prod');
  velero = createVeleroActivities({ clusters, files: httpSignedFiles(), pace: realPace });
  await untilHealth(({ locations }) => locations.some(({ usable }) => usable));
});

const health = (limitSeconds = 15) => velero.readVeleroHealth({ ...place, ...holder, limitSeconds });

async function untilHealth(holds: (health: VeleroHealth) => boolean): Promise<void> {
  await waitFor('the health of Velero', async () => holds(await health()), { timeoutMs: 120_000, intervalMs: 500 });
}

async function restore(name: string, backupName: string) {
  await velero.createRestore({ ...place, ...holder, name, spec: { backupName, restorePVs: true } });
  return velero.waitRestore({ ...place, name, limitSeconds: 180 });
}

describe('the real Velero', () => {
  it('answers for itself, with its plugins', async () => {
    const { server, locations } = await health();
    expect(server?.version).toBe('v1.18.3');
    expect(server?.plugins).toContain('ObjectStore velero.io/aws');
    expect(locations).toMatchObject([{ name: 'default', usable: true, bucket: 'rekindle-velero' }]);
  });

  it('brings a deleted namespace back, and what it says is compared with the cluster itself', async () => {
    const created = await velero.createBackup({ ...place, ...holder, name: 'whole', spec });
    expect(await velero.createBackup({ ...place, ...holder, name: 'whole', spec })).toEqual({
      ...created,
      alreadyThere: true,
    });
    const backup = await velero.waitBackup({ ...place, name: 'whole', limitSeconds: 120 });
    expect(backup).toMatchObject({ phase: 'Completed', errors: 0, volumeSnapshots: { attempted: 1, completed: 1 } });
    const content = await velero.readBackupContent({ ...place, ...holder, name: 'whole' });
    const workloads = content.items.filter(({ type }) => type.startsWith('apps/v1/')).map(({ name }) => name);
    expect(workloads).toEqual(expect.arrayContaining(['web', 'db']));

    await cluster.remove(kinds.namespace, { name: 'production' });
    await waitFor(
      'the end of the namespace',
      async () => !(await cluster.read(kinds.namespace, { name: 'production' })),
      {
        timeoutMs: 150_000,
        intervalMs: 500,
      },
    );
    const restored = await restore('whole-1', 'whole');
    expect(restored).toMatchObject({ phase: 'Completed', backup: 'whole', abandoned: false });
    const outcome = await velero.readRestoreOutcome({ ...place, ...holder, name: 'whole-1' });
    const actions = new Map(outcome.items.map(({ type, name, action }) => [`${type} ${name}`, action]));
    expect(actions.get('apps/v1/Deployment web')).toBe('created');
    expect(actions.get('apps/v1/StatefulSet db')).toBe('created');
    expect(actions.get('v1/PersistentVolumeClaim data-db-0')).toBe('created');
    expect(await cluster.read(kinds.deployment, { ...production, name: 'web' })).not.toBeNull();
    const absent = outcome.absent
      .map(({ type }) => type)
      .filter((type) => !/Pod$|EndpointSlice$|Endpoints$/.test(type));
    expect(absent).toEqual([]);
  });

  it('calls a restore Completed that left a changed object as it was; the outcome does not', async () => {
    const settings = { ...production, name: 'web-settings' };
    await cluster.patch(configMap, settings, { data: { changed: 'by somebody' } });
    expect(await restore('whole-2', 'whole')).toMatchObject({ phase: 'Completed', errors: 0 });
    const { items, results } = await velero.readRestoreOutcome({ ...place, ...holder, name: 'whole-2' });
    expect(items.find(({ name }) => name === 'web-settings')?.action).not.toMatch(/created|updated/);
    expect(results.warnings.some(({ text }) => text.includes('web-settings'))).toBe(true);
    expect(await cluster.read(configMap, settings)).toMatchObject({ data: { changed: 'by somebody' } });
  });
});
