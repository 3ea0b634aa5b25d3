import { PassThrough } from 'node:stream';
import { Exec, KubeConfig, type V1Node, type V1PersistentVolume, type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { isReady } from '../../../sandbox/controllers/nodes/decide-node.ts';
import { instanceIdOf } from '../../../sandbox/controllers/nodes/node-objects.ts';
import { runningProcess } from '../../../sandbox/processes/detached-process.ts';
import { isRunning } from '../../../sandbox/processes/process-identity.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { boundVolume } from '../../../sandbox/seed/bound-volume.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { readOrders } from '../../../sandbox/seed/orders-table.ts';
import { podDatabase, podServer } from '../../../sandbox/seed/pod-database.ts';
import { productionDatabase } from '../../../sandbox/seed/production.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { isReadyPod, podsOf, readyPods } from '../../../sandbox/seed/wait-for-workload.ts';
import { deployDatabase, deployInTreeDatabase, type Workload } from '../../../sandbox/seed/workloads.ts';
import { sharedSandbox } from '../shared-sandbox.ts';
import { swapVolumeByHand } from './swap-volume.ts';

const sandbox = sharedSandbox();
const used: string[] = [];
let access: ClusterAccess;

/** A namespace that is removed after the tests. */
function ownNamespace(name: string): string {
  used.push(name);
  return name;
}

async function onlyPod({ namespace, name }: Workload): Promise<V1Pod> {
  const [pod] = await podsOf(access.api, namespace, name);
  if (pod === undefined) throw new Error(`no pod of ${namespace}/${name}`);
  return pod;
}

async function ordersOf(workload: Workload) {
  const pod = (await onlyPod(workload)).metadata?.name ?? '';
  return readOrders(podDatabase(sandbox.context, { cluster: 'prod', namespace: workload.namespace, name: pod }));
}

async function zoneOf({ claims: [claim] }: Workload): Promise<string> {
  const volume = await access.api.get<V1PersistentVolume>(resources.volumes, { name: claim.volumeName });
  const [term] = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return term?.matchExpressions?.[0]?.values?.[0] ?? '';
}

beforeAll(async () => {
  access = await openCluster(sandbox.context);
});

afterAll(async () => {
  await Promise.all(used.map((namespace) => removeNamespace(access, namespace)));
});

describe('the seeded cluster', () => {
  test('has a ready Node for each running instance, matched by provider id and never by name', async () => {
    const instances = await access.cloud.instances('prod');
    const { items } = await access.api.list<V1Node>(resources.nodes);
    // Other tests launch and cut off machines of groups of their own.
    const running = instances.filter(
      ({ state, autoScalingGroup }) => state === 'running' && autoScalingGroup?.startsWith('prod-workers-'),
    );
    expect(running.length).toBeGreaterThanOrEqual(6);
    for (const instance of running) {
      const node = items.find((entry) => instanceIdOf(entry) === instance.id);
      expect(node?.spec?.providerID).toBe(`aws:///${instance.zone}/${instance.id}`);
      expect(node?.metadata?.name).not.toContain(instance.id);
      expect(node?.metadata?.labels).toMatchObject({
        'topology.kubernetes.io/zone': instance.zone,
        'topology.kubernetes.io/region': 'us-east-1',
        'node.kubernetes.io/instance-type': instance.type,
      });
      expect(node && isReady(node)).toBe(true);
    }
  });

  test('holds the known orders, and a snapshot that carries the CSI snapshotter’s tags', async () => {
    const { namespace, pod, claim, rows, checksum } = productionDatabase;
    await readyPods(access.api, namespace, productionDatabase.name);
    const address = podDatabase(sandbox.context, { cluster: 'prod', namespace, name: pod });
    expect(await readOrders(address)).toEqual({ rows, checksum });
    const bound = await boundVolume(access.api, namespace, claim);
    const [snapshot] = await access.cloud.snapshots({ 'volume-id': bound?.handle ?? '' });
    const tags = Object.fromEntries((snapshot?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    expect(tags).toMatchObject({
      'ebs.csi.aws.com/cluster': 'true',
      CSIVolumeSnapshotName: expect.stringMatching(/^snapshot-/),
      'kubernetes.io/cluster/prod': 'owned',
    });
  });

  test('runs a command in a database pod against that pod’s own PostgreSQL', async () => {
    const config = new KubeConfig();
    config.loadFromFile(sandbox.kubeconfigPath);
    config.setCurrentContext('prod');
    const output = new PassThrough();
    const { namespace, pod } = productionDatabase;
    const status = await new Promise((resolve, reject) => {
      const command = ['psql', '-Atc', 'SELECT count(*) FROM orders'];
      new Exec(config).exec(namespace, pod, 'postgresql', command, output, null, null, false, resolve).catch(reject);
    });
    expect(status).toMatchObject({ status: 'Success' });
    expect(output.read()?.toString().trim()).toBe('1000');
  });
});

describe('a database whose EBS volume is deleted', () => {
  let workload: Workload;

  beforeAll(async () => {
    workload = await deployDatabase(access, { namespace: ownNamespace('lost-volume'), rows: 500 });
  });

  test('loses its server and turns not ready with the volume named as the reason', async () => {
    const server = podServer(sandbox.context, { cluster: 'prod', namespace: workload.namespace, name: 'db-0' });
    await sandbox.break('volume-deleted', { namespace: workload.namespace, pvc: workload.claims[0].name });
    await waitFor('the pod to be not ready', async () => !isReadyPod(await onlyPod(workload)), { timeoutMs: 60_000 });
    const ready = (await onlyPod(workload)).status?.conditions?.find((condition) => condition.type === 'Ready');
    expect(ready?.message).toContain(workload.claims[0].handle);
    expect(server && isRunning(server)).toBe(false);
  });

  test('has its rows back once a volume from the snapshot was put under the same claim by hand', async () => {
    const id = await swapVolumeByHand(access, workload, await zoneOf(workload));
    const bound = await boundVolume(access.api, workload.namespace, workload.claims[0].name);
    expect(bound?.handle).toBe(id);
    expect(bound?.claim.metadata?.uid).toBe(workload.claims[0].uid);
    expect(await ordersOf(workload)).toEqual(workload.table);
  });
});

test('an in-tree EBS volume is attached through CSI migration, lost and swapped like any other', async () => {
  const workload = await deployInTreeDatabase(access, { namespace: ownNamespace('in-tree-static') });
  await sandbox.break('volume-deleted', { namespace: workload.namespace, pvc: 'data' });
  await swapVolumeByHand(access, workload, 'us-east-1a');
  expect(await ordersOf(workload)).toEqual(workload.table);
});

test('a class of the in-tree plugin is provisioned by the CSI driver as an in-tree volume, and Delete deletes it', async () => {
  const namespace = ownNamespace('in-tree-dynamic');
  const workload = await deployDatabase(access, { namespace, kind: 'Deployment', storage: 'inTree', snapshot: 'none' });
  const [{ handle, volumeName }] = workload.claims;
  const volume = await access.api.get<V1PersistentVolume>(resources.volumes, { name: volumeName });
  expect(volume.spec?.awsElasticBlockStore?.volumeID).toBe(handle);
  await access.api.delete(resources.deployments, { name: 'db', namespace });
  await access.api.delete(resources.claims, { name: 'data', namespace });
  await waitFor('the volume to be deleted', async () => (await access.cloud.volume(handle)) === undefined, {
    timeoutMs: 60_000,
    intervalMs: 200,
  });
});

test('a Ceph volume comes back from its VolumeSnapshot in a claim that names it as data source', async () => {
  const namespace = ownNamespace('ceph');
  const workload = await deployDatabase(access, { namespace, kind: 'Deployment', storage: 'ceph' });
  await sandbox.break('volume-deleted', { namespace, pvc: 'data' });
  await access.api.patch(resources.deployments, { name: 'db', namespace }, { spec: { replicas: 0 } });
  await access.api.create(resources.claims, {
    metadata: { name: 'restored', namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'ceph-block',
      resources: { requests: { storage: '1Gi' } },
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'data-nightly' },
    },
  });
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'restored' } }];
  await access.api.patch(
    resources.deployments,
    { name: 'db', namespace },
    { spec: { replicas: 1, template: { spec: { volumes } } } },
    { type: 'strategic' },
  );
  await waitFor(
    'a ready pod on the restored claim',
    async () => {
      const [pod] = (await podsOf(access.api, namespace, 'db')).filter(isReadyPod);
      return pod?.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === 'restored');
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
  expect(await ordersOf(workload)).toEqual(workload.table);
});

test('a claim deleted by force leaves a released PersistentVolume and a pod that waits', async () => {
  const namespace = ownNamespace('lost-claim');
  const workload = await deployDatabase(access, { namespace, snapshot: 'none' });
  const [{ name: pvc, volumeName }] = workload.claims;
  await sandbox.break('claim-deleted', { namespace, pvc });
  expect(await access.api.find(resources.claims, { name: pvc, namespace })).toBeUndefined();
  const volume = await access.api.get<V1PersistentVolume>(resources.volumes, { name: volumeName });
  expect(volume.status?.phase).toBe('Released');
  await waitFor('the pod to be not ready', async () => !isReadyPod(await onlyPod(workload)), { timeoutMs: 60_000 });
});

test('controllers that were killed find the running database again and leave it alone', async () => {
  const namespace = ownNamespace('adopted');
  await deployDatabase(access, { namespace, snapshot: 'none' });
  const pod = { cluster: 'prod', namespace, name: 'db-0' };
  const before = podServer(sandbox.context, pod);
  const controllers = runningProcess(sandbox.context, 'prod-controllers');
  process.kill(controllers?.pid ?? 0, 'SIGKILL');
  await sandbox.up();
  expect(podServer(sandbox.context, pod)).toEqual(before);
  // The new process answers for the pod: its database goes with it.
  await access.api.delete(resources.statefulSets, { name: 'db', namespace });
  await waitFor('the database to end', () => podServer(sandbox.context, pod) === undefined, { timeoutMs: 60_000 });
});
