import { createHash, randomBytes } from 'node:crypto';
import type { Inventory } from '../../config/schema.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { AutoScalingRegions } from '../autoscaling/port.ts';
import type { Ec2Regions } from '../ec2/port.ts';
import type { KubernetesClusters } from '../kubernetes/port.ts';
import type { ObjectStore, ObjectStores } from '../objects/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { cloudRewind } from './cloud-rewind.ts';
import { checkClusterApi } from './cluster-api.ts';
import { fenceHosts, proveFenced, unfenceHosts } from './fence-hosts.ts';
import { keysToPrune } from './retention.ts';
import {
  parseSnapshotRecord,
  recordKey,
  type SnapshotRecord,
  snapshotPrefix,
  storedSnapshots,
} from './snapshot-record.ts';
import type { EtcdActivities, ListedSnapshots, SnapshotsOfCluster } from './types.ts';

export type { EtcdActivities } from './types.ts';

export interface EtcdDependencies {
  readonly inventory: Inventory;
  readonly stores: ObjectStores;
  readonly clusters: KubernetesClusters;
  readonly volumes: Ec2Regions;
  readonly machines: AutoScalingRegions;
  readonly pace?: Pace;
}

const listedAtMost = 50;

/** What of etcd's backup and restore is done away from the hosts. */
export function createEtcdActivities({
  inventory,
  stores,
  clusters,
  volumes,
  machines,
  pace = activityPace,
}: EtcdDependencies): EtcdActivities {
  return {
    /** Safe to retry: reads only what the worker holds in memory. */
    async readControlPlane({ cluster: name }) {
      const cluster = inventory.clusters[name];
      if (cluster === undefined) throw new RekindleError('unknown-cluster', `cluster ${name} is not in the inventory`);
      const { kind, region, buckets, criticalNamespaces } = cluster;
      const known = cluster.kind === 'self-managed' ? cluster.controlPlane.hosts : [];
      const instances = known.flatMap((host) => (host.instanceId === undefined ? [] : [[host.name, host.instanceId]]));
      return {
        kind,
        region,
        bucket: buckets.etcd ?? null,
        hosts: known.map((host) => host.name),
        instances: Object.fromEntries(instances),
        criticalNamespaces,
      };
    },

    /** Safe to retry: reads only. */
    listEtcdSnapshots: async (input) => listSnapshots(stores.region(input.region), input, pace.signal()),

    /** Safe to retry: the token of an attempt is written once; a repeat reads it. It never leaves the bucket through here. */
    async makeRestoreToken({ region, bucket, cluster, recoveryId, attempt }) {
      const store = stores.region(region);
      const tokenKey = `etcd/${cluster}/restores/${recoveryId}/token-${attempt}`;
      const made = randomBytes(16).toString('hex');
      const outcome = await store.putTextIfAbsent(bucket, tokenKey, made);
      const token = outcome === 'stored' ? made : await store.getText(bucket, tokenKey, pace.signal());
      if (token === null) throw new RekindleError('unavailable', `s3://${bucket}/${tokenKey} could not be read back`);
      return { tokenKey, tokenDigest: createHash('sha256').update(token).digest('hex').slice(0, 16) };
    },

    /** Safe to retry: what is gone is not listed again. A locked version stays below its delete marker. */
    async pruneEtcdSnapshots({ region, bucket, cluster, keepCount, keepDays }) {
      const store = stores.region(region);
      const listed = await store.list(bucket, snapshotPrefix(cluster), pace.signal());
      const stored = storedSnapshots(listed.map(({ key }) => key));
      const removed = keysToPrune(stored, keepCount, keepDays, pace.now());
      for (const key of removed) {
        // The record first: a snapshot without one is not taken for whole.
        await store.remove(bucket, recordKey(key));
        await store.remove(bucket, key);
      }
      return { removed, kept: stored.length - removed.length };
    },

    /** Safe to retry: reads only. */
    readHostMachines: ({ region, instanceIds }) => machines.region(region).machines(instanceIds, pace.signal()),

    /** Safe to retry: a machine that is stopped, or on its way, is not stopped again. @throws RekindleError `not-fenced` at the limit */
    fenceHosts: (input) => fenceHosts(machines.region(input.region), input, pace),

    /** Safe to retry: reads only. @throws RekindleError `not-fenced` */
    proveFenced: (input) => proveFenced(machines.region(input.region), input, pace),

    /** Safe to retry: starts only what bears this recovery's mark and is stopped. */
    unfenceHosts: (input) => unfenceHosts(machines.region(input.region), input, pace),

    /** Safe to retry: reads only. */
    readCloudRewind: async (input) =>
      cloudRewind(
        {
          kubernetes: clusters.cluster(input.cluster),
          ec2: volumes.region(input.region),
          autoScaling: machines.region(input.region),
          groups: inventory.clusters[input.cluster]?.autoScalingGroups ?? [],
          signal: pace.signal(),
        },
        input,
      ),

    /** Safe to retry: its canary is named after the recovery, found again and removed. */
    checkClusterApi: async (input) => checkClusterApi(clusters.cluster(input.cluster), input, pace.signal()),
  };
}

async function listSnapshots(
  store: ObjectStore,
  { bucket, cluster }: SnapshotsOfCluster,
  signal: AbortSignal,
): Promise<ListedSnapshots> {
  const listed = await store.list(bucket, snapshotPrefix(cluster), signal);
  const keys = listed.map(({ key }) => key).filter((key) => key.endsWith('.db'));
  const newest = keys.sort().reverse().slice(0, listedAtMost);
  const records: SnapshotRecord[] = [];
  const unusable: string[] = [];
  for (const key of newest) {
    const text = await store.getText(bucket, recordKey(key), signal);
    try {
      if (text === null) throw new Error('no record');
      records.push(parseSnapshotRecord(text));
    } catch {
      unusable.push(key);
    }
  }
  return { records, unusable };
}
