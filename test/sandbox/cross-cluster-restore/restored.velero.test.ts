import type { V1CronJob, V1Deployment, V1Ingress, V1PersistentVolume, V1Service } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Resource, resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { zoneLabel } from '../../../sandbox/controllers/nodes/node-objects.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { readOrders } from '../../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../../sandbox/seed/pod-database.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { deployDatabase, type Workload } from '../../../sandbox/seed/workloads.ts';
import { workflowId, workflowType } from '../../../workflows/cross-cluster-restore/contract.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { plainBackup, type VeleroRun, veleroNamespace, veleroResources } from '../../worlds/velero-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';
import { bucketContent } from './bucket-content.ts';

const sandbox = sharedSandbox();
const namespace = 'shop';
/** Of this run alone: a standing sandbox keeps the backups of earlier ones. */
const backup = `shop-${Date.now()}`;
const bucket = 'rekindle-velero';
const cronJobs: Resource = { apiVersion: 'batch/v1', kind: 'CronJob', plural: 'cronjobs', namespaced: true };
const ingresses: Resource = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
};
let ground: RecoveryGround;
let prod: ClusterAccess;
let dr: ClusterAccess;
let database: Workload;
/** The zone of the database's volume in prod, and the one that it gets in dr. */
const zones = { from: '', to: '' };

async function deployShop(): Promise<void> {
  database = await deployDatabase(prod, { namespace, rows: 50, snapshot: 'none' });
  const job = {
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'job', image: 'busybox' }] } } },
  };
  zones.from = (await zonesOf(prod)).object;
  zones.to = zones.from === 'us-east-1a' ? 'us-east-1b' : 'us-east-1a';
  await prod.api.create<V1Deployment>(resources.deployments, {
    metadata: { name: 'near', namespace },
    spec: {
      selector: { matchLabels: { app: 'near' } },
      template: {
        metadata: { labels: { app: 'near' } },
        spec: { nodeSelector: { [zoneLabel]: zones.from }, containers: [{ name: 'near', image: 'busybox' }] },
      },
    },
  });
  await prod.api.create<V1CronJob>(cronJobs, {
    metadata: { name: 'mail', namespace },
    spec: { schedule: '0 4 1 1 *', jobTemplate: job },
  });
  await prod.api.create<V1Service>(resources.services, {
    metadata: {
      name: 'front',
      namespace,
      annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'shop.example.com' },
    },
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { app: 'db' }, ports: [{ port: 80 }] },
  });
  await prod.api.create<V1Ingress>(ingresses, {
    metadata: { name: 'front', namespace },
    spec: { ingressClassName: 'nginx', defaultBackend: { service: { name: 'front', port: { number: 80 } } } },
  });
}

/** Where the volume of the database lies, by its object and by EC2. */
async function zonesOf({ api, cloud }: ClusterAccess) {
  const [saved] = database.claims;
  const { spec } = await api.get<V1PersistentVolume>(resources.volumes, { name: saved.volumeName });
  const [term] = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const volume = await cloud.volume(spec?.csi?.volumeHandle ?? '');
  return { object: term?.matchExpressions?.[0]?.values?.[0] ?? '', volume: volume?.AvailabilityZone };
}

beforeAll(async () => {
  [prod, dr] = await Promise.all([openCluster(sandbox.context), openCluster(sandbox.context, 'dr')]);
  ground = await openRecoveryGround(sandbox, 'cross-cluster-restore');
  await deployShop();
  const taken = await plainBackup(prod, backup, { includedNamespaces: [namespace] });
  expect(taken.status?.phase).toBe('Completed');
});

afterAll(async () => {
  for (const access of [prod, dr]) await removeNamespace(access, namespace);
  await ground?.close();
});

async function run(input: object) {
  const target = { cluster: 'dr', fromCluster: 'prod', toCluster: 'dr', backup, ...input };
  const handle = await ground.start(workflowType, workflowId(target), { ...target, approval: 'automatic' });
  const result = await resultOf(handle, 220_000);
  return { result, progress: await handle.query(progressQuery) };
}

async function locations() {
  const { items } = await dr.api.list<VeleroRun>(veleroResources.locations, { namespace: veleroNamespace });
  return items.map(({ metadata, spec }) => ({ name: metadata?.name, spec }));
}

async function seen() {
  const job = await dr.api.get<V1CronJob>(cronJobs, { name: 'mail', namespace });
  const service = await dr.api.get<V1Service>(resources.services, { name: 'front', namespace });
  const ingress = await dr.api.get<V1Ingress>(ingresses, { name: 'front', namespace });
  const controller = service.metadata?.annotations?.['external-dns.alpha.kubernetes.io/controller'];
  return {
    suspended: job.spec?.suspend,
    type: service.spec?.type,
    controller,
    ingressClass: ingress.spec?.ingressClassName,
  };
}

describe('a namespace of prod in dr', () => {
  const zoneMapping: Record<string, string> = {};
  beforeAll(() => {
    zoneMapping[zones.from] = zones.to;
  });

  it('is planned from the bucket, with nothing changed', async () => {
    const before = await locations();
    const { result, progress } = await run({ namespaces: [namespace], zoneMapping, dryRun: true });
    expect(result).toMatchObject({ status: 'planned' });
    const told = progress.plan?.warnings.join('\n');
    expect(told).toMatch(new RegExp(`claim ${namespace}/data-db-0 in ${zones.to}, from snap-`));
    expect(told).toContain(`Sent to another zone: Deployment ${namespace}/near`);
    expect(told).toMatch(/3 objects are neutralised.*CronJob shop\/mail: suspended/);
    expect(await locations()).toEqual(before);
  });

  it('lives there with its data, in the zone of the mapping, acts on nothing outside, and the bucket of prod is as it was', async () => {
    const before = await bucketContent(sandbox, bucket);
    const { result } = await run({ namespaces: [namespace], zoneMapping });
    expect(result, JSON.stringify(result)).toMatchObject({ status: 'recovered' });
    expect(await bucketContent(sandbox, bucket)).toEqual(before);
    const location = { name: 'rekindle-from-prod', namespace: veleroNamespace };
    const { spec } = await dr.api.get<VeleroRun>(veleroResources.locations, location);
    expect(spec).toMatchObject({ accessMode: 'ReadOnly', objectStorage: { bucket } });
    expect(await seen()).toEqual({
      suspended: true,
      type: 'ClusterIP',
      controller: 'rekindle-neutralised',
      ingressClass: 'rekindle-neutralised',
    });
    const rows = await readOrders(podDatabase(sandbox.context, { cluster: 'dr', namespace, name: 'db-0' }));
    expect(rows).toEqual(database.table);
    expect(await zonesOf(dr)).toEqual({ object: zones.to, volume: zones.to });
    const near = await dr.api.get<V1Deployment>(resources.deployments, { name: 'near', namespace });
    expect(near.spec?.template.spec?.nodeSelector).toEqual({ [zoneLabel]: zones.to });
  });

  it('acts there once it is promoted, and has nothing to promote any more', async () => {
    expect((await run({ promote: true })).result).toMatchObject({ status: 'recovered' });
    expect(await seen()).toEqual({
      suspended: false,
      type: 'LoadBalancer',
      controller: undefined,
      ingressClass: 'nginx',
    });
    expect((await run({ promote: true })).result).toMatchObject({ status: 'refused', reason: 'nothing-to-promote' });
  });
});
