/**
 * The seeded content of a cluster as a part of the sandbox. Invariants:
 * 1. It is written once a generation. A later `up` puts nothing back that a fault or a test has broken.
 * 2. A seed that was interrupted is finished by the next `up`.
 */
import type { V1Node } from '@kubernetes/client-node';
import type { SandboxContext } from '../context.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { isReady } from '../controllers/nodes/decide-node.ts';
import { ensurePart } from '../parts/ensure-part.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { type ClusterAccess, openCluster } from './cluster-access.ts';
import { clusterObjects, type PlacedObject } from './cluster-objects.ts';
import { fillProduction, otherObjects, productionObjects } from './production.ts';
import { installSnapshotDefinitions } from './snapshot-definitions.ts';

function factName(cluster: string): string {
  return `${cluster}-seed.generation`;
}

function isSeeded(context: SandboxContext, cluster: string): boolean {
  const { facts, generation } = context.state.read();
  return facts[factName(cluster)] === `${generation}`;
}

async function createAll({ api }: ClusterAccess, objects: readonly PlacedObject[]): Promise<void> {
  for (const { resource, object } of objects) await api.ensure(resource, object);
}

/** @param cluster - must have nodes, or get them from its Auto Scaling groups within two minutes */
export function seedPart(cluster: string): ManagedPart {
  const name = `${cluster}-seed`;
  return {
    name,
    dependsOn: [`${cluster}-control-plane`, `${cluster}-kwok`, `${cluster}-controllers`],

    async start(context) {
      if (isSeeded(context, cluster)) return;
      const definitions = await ensurePart('snapshot-crds', context.report);
      const access = await openCluster(context, cluster);
      await installSnapshotDefinitions(access.api, definitions.path);
      await createAll(access, clusterObjects);
      await waitFor('nodes that are ready', () => hasReadyNode(access), { timeoutMs: 120_000, intervalMs: 250 });
      await createAll(access, productionObjects);
      await createAll(access, otherObjects);
      await fillProduction(access);
      context.state.setFact(factName(cluster), `${context.state.read().generation}`);
    },

    async health(context) {
      if (isSeeded(context, cluster)) return { state: PartState.running, detail: 'seeded' };
      return { state: PartState.stopped, detail: 'not seeded', mend: 'npm run sandbox -- up' };
    },

    async stop() {},
  };
}

async function hasReadyNode({ api }: ClusterAccess): Promise<boolean> {
  return (await api.list<V1Node>(resources.nodes)).items.some(isReady);
}
