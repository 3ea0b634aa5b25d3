/** Velero's backups and what they hold, in the one shape that the tests, the matrix and the benches share. */
import { connectKubernetes } from '../../activities/kubernetes/client.ts';
import { type Kind, kinds } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';
import { resourceOf } from '../../activities/restores/live-kinds.ts';
import { createVeleroActivities } from '../../activities/velero/activities.ts';
import type { BackupSummary } from '../../activities/velero/types.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { webObjects } from '../../sandbox/seed/web-objects.ts';
import { realPace } from '../adapters/test-pace.ts';

export const veleroNamespace = 'velero';
export const configMapKind: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
export const restoreKind: Kind = { apiVersion: 'velero.io/v1', kind: 'Restore', plural: 'restores', namespaced: true };

export function openPort(sandbox: Sandbox, cluster = 'prod'): KubernetesPort {
  return connectKubernetes({ [cluster]: { context: cluster, kubeconfig: sandbox.kubeconfigPath } }).cluster(cluster);
}

/** Takes a backup of the namespaces and waits for its end. Velero must be well. */
export async function takeBackup(
  port: KubernetesPort,
  name: string,
  namespaces: readonly string[],
): Promise<BackupSummary> {
  const place = { cluster: port.cluster, veleroNamespace };
  const velero = createVeleroActivities({
    clusters: { cluster: () => port },
    pace: realPace,
  });
  const holder = { recoveryId: 'test', workflowId: 'test' };
  await waitFor(
    'a usable storage location',
    async () => {
      const { server, locations } = await velero.readVeleroHealth({ ...place, ...holder, limitSeconds: 10 });
      return server !== null && locations.some(({ usable }) => usable);
    },
    { timeoutMs: 90_000, intervalMs: 500 },
  );
  const spec = {
    storageLocation: 'default',
    volumeSnapshotLocations: ['default'],
    includedNamespaces: namespaces,
    ttl: '168h0m0s',
  };
  await velero.createBackup({ ...place, ...holder, name, spec });
  return velero.waitBackup({ ...place, name, limitSeconds: 120 });
}

/** A namespace with a front end: a ConfigMap, a Service, a Deployment, and as many further ConfigMaps as asked for. */
export async function webNamespace(port: KubernetesPort, namespace: string, furtherObjects = 0): Promise<void> {
  await port.create(kinds.namespace, { metadata: { name: namespace } });
  const labels = { 'app.kubernetes.io/tier': 'frontend' };
  for (const { resource, object } of webObjects({
    namespace,
    name: 'web',
    replicas: 1,
    labels,
    priorityClass: 'internal',
  })) {
    await port.create(resource, object as unknown as KubernetesObject);
  }
  const names = Array.from({ length: furtherObjects }, (_, index) => `further-${String(index).padStart(4, '0')}`);
  for (let start = 0; start < names.length; start += 50) {
    await Promise.all(
      names.slice(start, start + 50).map((name) => {
        const object = { metadata: { namespace, name }, data: { name, text: 'x'.repeat(200) } };
        return port.create<KubernetesObject>(configMapKind, object);
      }),
    );
  }
}

export async function deleteNamespace(port: KubernetesPort, name: string): Promise<void> {
  await port.remove(kinds.namespace, { name });
  await waitFor(`the end of namespace ${name}`, async () => (await port.read(kinds.namespace, { name })) === null, {
    timeoutMs: 150_000,
    intervalMs: 250,
  });
}

/** Every object of a namespace by `resource name`. */
export async function everything(port: KubernetesPort, namespace: string): Promise<Map<string, KubernetesObject>> {
  const found = new Map<string, KubernetesObject>();
  const served = (await port.discover()).filter(({ namespaced, plural }) => namespaced && plural !== 'events');
  const lists = await Promise.all(served.map(async (kind) => ({ kind, list: await port.list(kind, { namespace }) })));
  for (const { kind, list } of lists) {
    for (const object of list) found.set(`${resourceOf(kind)} ${object.metadata.name}`, object);
  }
  return found;
}

/** Names of the Restores that a recovery made. */
export async function restoresOf(port: KubernetesPort, recoveryId: string): Promise<string[]> {
  const all = await port.list(restoreKind, { namespace: veleroNamespace });
  return all
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith(`rekindle-${recoveryId}-`))
    .sort();
}
