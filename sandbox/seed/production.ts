/** The namespace that must not be lost: a database with orders in it, a front end, and last night's snapshot. */
import { resources } from '../controllers/kubernetes/resource.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { type PlacedObject, snapshotClassNames, storageClassNames } from './cluster-objects.ts';
import { credentialsSecret, type DatabaseSpec, databaseService, databaseStatefulSet } from './database-objects.ts';
import { type TableState, writeOrders } from './orders-table.ts';
import { podDatabase } from './pod-database.ts';
import { readyPods, snapshotClaim, whenBound } from './wait-for-workload.ts';
import { webObjects } from './web-objects.ts';

export const productionDatabase = {
  namespace: 'production',
  name: 'db',
  claim: 'data-db-0',
  pod: 'db-0',
  snapshot: 'data-db-0-nightly',
  rows: 1_000,
  /** MD5 over the rows of `orders`: see orders-table.ts. */
  checksum: '15b2ee5f3ca8142e505d87c411696302',
} as const;

const database: DatabaseSpec = {
  namespace: productionDatabase.namespace,
  name: productionDatabase.name,
  storageClass: storageClassNames.gp3,
  size: '2Gi',
  labels: { tier: 'database', 'app.kubernetes.io/tier': 'database' },
  priorityClass: 'business-critical',
};

export const productionObjects: readonly PlacedObject[] = [
  { resource: resources.secrets, object: credentialsSecret(database.namespace) },
  { resource: resources.services, object: databaseService(database) },
  { resource: resources.statefulSets, object: databaseStatefulSet(database, { templates: ['data'] }) },
  ...webObjects({
    namespace: database.namespace,
    name: 'web',
    replicas: 2,
    labels: { tier: 'frontend', 'app.kubernetes.io/tier': 'frontend' },
    priorityClass: 'business',
  }),
];

/** What the other namespaces hold. */
export const otherObjects: readonly PlacedObject[] = [
  ...webObjects({
    namespace: 'staging',
    name: 'web',
    replicas: 1,
    labels: { tier: 'frontend', 'app.kubernetes.io/tier': 'frontend' },
    priorityClass: 'internal',
  }),
  ...webObjects({
    namespace: 'monitoring',
    name: 'prometheus',
    replicas: 1,
    labels: { 'app.kubernetes.io/component': 'monitoring' },
    priorityClass: 'internal',
  }),
];

/** Rows into the database, and a snapshot of its volume. The objects must have been created. */
export async function fillProduction({ context, cluster, api }: ClusterAccess): Promise<TableState> {
  const { namespace, name, claim, pod, rows, snapshot } = productionDatabase;
  await readyPods(api, namespace, name);
  await whenBound(api, namespace, claim);
  const written = await writeOrders(podDatabase(context, { cluster, namespace, name: pod }), rows);
  await snapshotClaim(api, { namespace, claim, name: snapshot, snapshotClass: snapshotClassNames.ebs });
  return written;
}
