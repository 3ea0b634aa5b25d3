/** A StatefulSet with one claim, its snapshot, and the loss of its volume: the smallest world that a lost volume needs. */
import type { V1Namespace, V1StatefulSet } from '@kubernetes/client-node';
import { startupSecondsAnnotation } from '../../sandbox/cluster/kwok-stages.ts';
import { resources } from '../../sandbox/controllers/kubernetes/resource.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { snapshotClassNames, storageClassNames } from '../../sandbox/seed/cluster-objects.ts';
import { credentialsSecret, databaseStatefulSet } from '../../sandbox/seed/database-objects.ts';
import { type TableState, writeOrders } from '../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../sandbox/seed/pod-database.ts';
import { readyPods, snapshotClaim, whenBound } from '../../sandbox/seed/wait-for-workload.ts';

export interface StatefulAppOptions {
  /** Default `gp3`. */
  readonly storage?: keyof typeof storageClassNames;
  /** A real PostgreSQL with so many rows; default none. */
  readonly rows?: number;
  /** How long a pod takes to become ready, seconds; default 0. Without meaning for a PostgreSQL. */
  readonly startupSeconds?: number;
}

export interface StatefulApp {
  readonly namespace: string;
  readonly claim: string;
  readonly pod: string;
  readonly claimUid: string;
  readonly volumeName: string;
  /** For EBS the volume id. */
  readonly volumeHandle: string;
  readonly snapshotHandle: string;
  /** What was in the database at the time of the snapshot; null without one. */
  readonly orders: TableState | null;
}

const app = 'app';

function lightStatefulSet(namespace: string, storageClass: string, startupSeconds: number): V1StatefulSet {
  const labels = { app };
  return {
    metadata: { name: app, namespace, labels },
    spec: {
      serviceName: app,
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { [startupSecondsAnnotation]: `${startupSeconds}` } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: app,
              image: 'docker.io/library/busybox:1',
              volumeMounts: [{ name: 'data', mountPath: '/data' }],
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data', labels },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: storageClass,
            resources: { requests: { storage: '1Gi' } },
          },
        },
      ],
    },
  };
}

/** Returns once the pod is ready and the snapshot can be used. The namespace must not exist. */
export async function deployStatefulApp(
  { api, context, cluster }: ClusterAccess,
  namespace: string,
  { storage = 'gp3', rows, startupSeconds = 0 }: StatefulAppOptions = {},
): Promise<StatefulApp> {
  const storageClass = storageClassNames[storage];
  await api.create<V1Namespace>(resources.namespaces, { metadata: { name: namespace } });
  if (rows === undefined) {
    await api.create(resources.statefulSets, lightStatefulSet(namespace, storageClass, startupSeconds));
  } else {
    await api.create(resources.secrets, credentialsSecret(namespace));
    const spec = { namespace, name: app, storageClass, size: '1Gi' };
    await api.create(resources.statefulSets, databaseStatefulSet(spec, { templates: ['data'] }));
  }
  const claim = `data-${app}-0`;
  const pod = `${app}-0`;
  await readyPods(api, namespace, app);
  const bound = await whenBound(api, namespace, claim);
  const orders =
    rows === undefined ? null : await writeOrders(podDatabase(context, { cluster, namespace, name: pod }), rows);
  const snapshotClass = storage === 'ceph' ? snapshotClassNames.ceph : snapshotClassNames.ebs;
  const snapshot = await snapshotClaim(api, { namespace, claim, name: 'nightly', snapshotClass });
  return {
    namespace,
    claim,
    pod,
    claimUid: bound.claim.metadata?.uid ?? '',
    volumeName: bound.volume.metadata?.name ?? '',
    volumeHandle: bound.handle,
    snapshotHandle: snapshot.handle,
    orders,
  };
}

/** Takes the namespace away and does not wait for the end of its objects. */
export async function removeStatefulApp({ api }: ClusterAccess, { namespace }: StatefulApp): Promise<void> {
  await api.delete(resources.statefulSets, { namespace, name: app }, { propagationPolicy: 'Background' });
  await api.delete(resources.namespaces, { name: namespace });
}

/** The volume goes away behind everybody's back, as when somebody deletes it in another account's console. */
export async function loseVolume({ access }: { access: ClusterAccess }, { volumeHandle }: StatefulApp): Promise<void> {
  await access.front.deleteVolume(volumeHandle);
}
