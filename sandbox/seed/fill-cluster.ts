import type { V1Node } from '@kubernetes/client-node';
import type { SandboxContext } from '../context.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { isReady } from '../controllers/nodes/decide-node.ts';
import { ensurePart } from '../parts/ensure-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { type ClusterAccess, openCluster } from './cluster-access.ts';
import { clusterObjects, type PlacedObject } from './cluster-objects.ts';
import { fillProduction, otherObjects, productionObjects } from './production.ts';
import { installSnapshotDefinitions } from './snapshot-definitions.ts';

async function createAll({ api }: ClusterAccess, objects: readonly PlacedObject[]): Promise<void> {
  for (const { resource, object } of objects) await api.ensure(resource, object);
}

async function hasReadyNode({ api }: ClusterAccess): Promise<boolean> {
  return (await api.list<V1Node>(resources.nodes)).items.some(isReady);
}

/** Writes what is missing of the seeded content, and waits until its workloads run. */
export async function fillCluster(context: SandboxContext, cluster: string, workloads: boolean): Promise<void> {
  const definitions = await ensurePart('snapshot-crds', context.report);
  const access = await openCluster(context, cluster);
  await installSnapshotDefinitions(access.api, definitions.path);
  await createAll(access, clusterObjects);
  if (!workloads) return;
  await waitFor('nodes that are ready', () => hasReadyNode(access), { timeoutMs: 120_000, intervalMs: 250 });
  await createAll(access, productionObjects);
  await createAll(access, otherObjects);
  await fillProduction(access);
}
