/**
 * Workloads for tests, benches and demos: each in a namespace of its own, with rows that must come back and a snapshot to come back
 * from. Every function returns once its pods are ready and its snapshots can be used.
 */
import type { V1Namespace, V1PersistentVolume } from '@kubernetes/client-node';
import { tagList } from '../controllers/cloud.ts';
import { bytesOf } from '../controllers/csi/quantity.ts';
import { snapshotTags } from '../controllers/drivers/ebs-tags.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { zoneLabel } from '../controllers/nodes/node-objects.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { snapshotClassNames, storageClassNames } from './cluster-objects.ts';
import {
  autoscaler,
  claim,
  credentialsSecret,
  type DatabaseSpec,
  databaseDeployment,
  databaseService,
  databaseStatefulSet,
  readerDeployment,
} from './database-objects.ts';
import { type TableState, writeOrders } from './orders-table.ts';
import { podDatabase } from './pod-database.ts';
import { readyPods, snapshotClaim, whenBound } from './wait-for-workload.ts';

export interface WorkloadOptions {
  readonly namespace: string;
  /** Default StatefulSet. */
  readonly kind?: 'StatefulSet' | 'Deployment';
  /** Default `gp3`. */
  readonly storage?: keyof typeof storageClassNames;
  /** A quantity; default `1Gi`. */
  readonly size?: string;
  /** Rows in `orders`; default 100. */
  readonly rows?: number;
  /** StatefulSet only: a second claim template, `wal`, whose volume is lost and saved like the first. */
  readonly twoClaims?: boolean;
  /** StatefulSet only: `persistentVolumeClaimRetentionPolicy.whenScaled`. */
  readonly whenScaled?: 'Retain' | 'Delete';
  /** A HorizontalPodAutoscaler with at least one replica. */
  readonly autoscaler?: boolean;
  /** A second workload, `reader`, that mounts the same claim. */
  readonly reader?: boolean;
  /**
   * `kubernetes`: a VolumeSnapshot; `ec2`: only the snapshot, with the CSI snapshotter's tags, as it stays when the objects are gone;
   * `none`. Default `ec2`, or `kubernetes` where the volume is not of EBS.
   */
  readonly snapshot?: 'kubernetes' | 'ec2' | 'none';
}

export interface SavedClaim {
  readonly name: string;
  readonly uid: string;
  readonly volumeName: string;
  /** For EBS the volume id. */
  readonly handle: string;
  /** For EBS the snapshot id; undefined when none was asked for. */
  readonly snapshot: string | undefined;
}

export interface Workload {
  readonly namespace: string;
  readonly kind: 'StatefulSet' | 'Deployment';
  /** The name of the StatefulSet or Deployment, its app label, and its database's container's owner. */
  readonly name: string;
  /** The first one holds the database. */
  readonly claims: readonly [SavedClaim, ...SavedClaim[]];
  readonly table: TableState;
}

const name = 'db';

/** A PostgreSQL with rows. The namespace must not exist. */
export async function deployDatabase(access: ClusterAccess, options: WorkloadOptions): Promise<Workload> {
  const { api } = access;
  const { namespace, kind = 'StatefulSet', storage = 'gp3', size = '1Gi', rows = 100 } = options;
  const spec: DatabaseSpec = { namespace, name, storageClass: storageClassNames[storage], size };
  const templates = options.twoClaims === true ? ['data', 'wal'] : ['data'];
  const claims = kind === 'StatefulSet' ? templates.map((template) => `${template}-${name}-0`) : ['data'];

  await api.create<V1Namespace>(resources.namespaces, { metadata: { name: namespace } });
  await api.create(resources.secrets, credentialsSecret(namespace));
  await api.create(resources.services, databaseService(spec));
  if (kind === 'StatefulSet') {
    const { whenScaled } = options;
    const set = databaseStatefulSet(spec, { templates, ...(whenScaled === undefined ? {} : { whenScaled }) });
    await api.create(resources.statefulSets, set);
  } else {
    await api.create(resources.claims, claim(spec, 'data'));
    await api.create(resources.deployments, databaseDeployment(spec, 'data'));
  }
  if (options.autoscaler === true) await api.create(resources.autoscalers, autoscaler(spec, kind));
  return finish(access, options, { kind, claims, rows, spec });
}

/**
 * A PostgreSQL on a volume that was made by hand and known to Kubernetes as an in-tree PersistentVolume (`awsElasticBlockStore` with
 * `aws://<zone>/vol-...`), as clusters from before CSI have them. The namespace must not exist.
 */
export async function deployInTreeDatabase(
  access: ClusterAccess,
  options: Pick<WorkloadOptions, 'namespace' | 'rows' | 'size'> & { readonly zone?: string },
): Promise<Workload> {
  const { api, cloud, cluster } = access;
  const { namespace, rows = 100, size = '1Gi', zone = 'us-east-1a' } = options;
  const spec: DatabaseSpec = { namespace, name, storageClass: '', size };
  const made = await cloud.createVolume({
    AvailabilityZone: zone,
    Size: bytesOf(size) / 1024 ** 3,
    VolumeType: 'gp2',
    TagSpecifications: [
      {
        ResourceType: 'volume',
        Tags: tagList({ KubernetesCluster: cluster, [`kubernetes.io/cluster/${cluster}`]: 'owned', Name: namespace }),
      },
    ],
  });
  const id = made.VolumeId ?? '';
  await waitFor(`volume ${id}`, async () => (await cloud.volume(id))?.State === 'available', { timeoutMs: 90_000 });
  await api.create<V1Namespace>(resources.namespaces, { metadata: { name: namespace } });
  await api.create<V1PersistentVolume>(resources.volumes, {
    metadata: { name: `${namespace}-data` },
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data', namespace },
      awsElasticBlockStore: { volumeID: `aws://${zone}/${id}`, fsType: 'ext4' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] }] },
      },
    },
  });
  const wanted = claim(spec, 'data');
  const bound = { ...wanted, spec: { ...wanted.spec, volumeName: `${namespace}-data` } };
  await api.create(resources.secrets, credentialsSecret(namespace));
  await api.create(resources.claims, bound);
  await api.create(resources.deployments, databaseDeployment(spec, 'data'));
  return finish(access, { namespace, snapshot: 'ec2' }, { kind: 'Deployment', claims: ['data'], rows, spec });
}

interface Deployed {
  readonly kind: Workload['kind'];
  readonly claims: readonly string[];
  readonly rows: number;
  readonly spec: DatabaseSpec;
}

async function finish(
  access: ClusterAccess,
  options: WorkloadOptions,
  { kind, claims, rows, spec }: Deployed,
): Promise<Workload> {
  const { api, context, cluster } = access;
  const { namespace } = options;
  const [pod] = await readyPods(api, namespace, name);
  if (options.reader === true) {
    await api.create(resources.deployments, readerDeployment(spec, 'reader', claims[0] ?? ''));
    await readyPods(api, namespace, 'reader');
  }
  const table = await writeOrders(podDatabase(context, { cluster, namespace, name: pod?.metadata?.name ?? '' }), rows);
  const kinds = { kubernetes: 'kubernetes', ec2: 'ec2', none: 'none' } as const;
  const way = options.snapshot ?? (options.storage?.startsWith('ceph') ? kinds.kubernetes : kinds.ec2);
  const [first, ...others] = await Promise.all(claims.map((entry) => saveClaim(access, namespace, entry, way)));
  if (first === undefined) throw new Error(`the workload of ${namespace} has no claim`);
  return { namespace, kind, name, claims: [first, ...others], table };
}

/** Takes a snapshot of a claim's volume now. */
export async function saveClaim(
  access: ClusterAccess,
  namespace: string,
  claimName: string,
  way: 'kubernetes' | 'ec2' | 'none',
): Promise<SavedClaim> {
  const { api } = access;
  const { claim: object, volume, handle, driver } = await whenBound(api, namespace, claimName);
  const saved = {
    name: claimName,
    uid: object.metadata?.uid ?? '',
    volumeName: volume.metadata?.name ?? '',
    handle,
  };
  if (way === 'none') return { ...saved, snapshot: undefined };
  if (way === 'ec2') return { ...saved, snapshot: await snapshotVolume(access, namespace, claimName, handle) };
  const snapshotClass = driver === 'rbd.csi.ceph.com' ? snapshotClassNames.ceph : snapshotClassNames.ebs;
  const request = { namespace, claim: claimName, name: `${claimName}-nightly`, snapshotClass };
  return { ...saved, snapshot: (await snapshotClaim(api, request)).handle };
}

/** An EC2 snapshot tagged as the CSI snapshotter tags it, without objects in Kubernetes. */
export async function snapshotVolume(
  { cloud, cluster }: ClusterAccess,
  namespace: string,
  claimName: string,
  volumeId: string,
): Promise<string> {
  const taken = await cloud.createSnapshot(volumeId, 'Created by AWS EBS CSI driver', {
    ...snapshotTags(cluster, `snapshot-${namespace}-${claimName}`),
    'kubernetes.io/created-for/pvc/namespace': namespace,
    'kubernetes.io/created-for/pvc/name': claimName,
  });
  const id = taken.SnapshotId ?? '';
  const completed = async () => (await cloud.snapshots({ 'snapshot-id': id }))[0]?.State === 'completed';
  await waitFor(`snapshot ${id}`, completed, { timeoutMs: 60_000, intervalMs: 200 });
  return id;
}
