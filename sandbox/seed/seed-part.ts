/**
 * The seeded content of a cluster as a part of the sandbox. Invariants:
 * 1. It is written once a generation. A later `up` puts nothing back that a fault or a test has broken.
 * 2. A seed that was interrupted is finished by the next `up`.
 */
import type { SandboxContext } from '../context.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';

function factName(cluster: string): string {
  return `${cluster}-seed.generation`;
}

function isSeeded(context: SandboxContext, cluster: string): boolean {
  const { facts, generation } = context.state.read();
  return facts[factName(cluster)] === `${generation}`;
}

export interface SeedOptions {
  /** False for a cluster that others are restored into: classes and namespaces only. Default true. */
  readonly workloads?: boolean;
}

/** @param cluster - with workloads it must have nodes, or get them from its Auto Scaling groups within two minutes */
export function seedPart(cluster: string, { workloads = true }: SeedOptions = {}): ManagedPart {
  const name = `${cluster}-seed`;
  return {
    name,
    dependsOn: [`${cluster}-control-plane`, `${cluster}-kwok`, `${cluster}-controllers`],

    async start(context) {
      if (isSeeded(context, cluster)) return;
      // The Kubernetes client is loaded by the `up` that needs it and by no other.
      const { fillCluster } = await import('./fill-cluster.ts');
      await fillCluster(context, cluster, workloads);
      context.state.setFact(factName(cluster), `${context.state.read().generation}`);
    },

    async health(context) {
      if (isSeeded(context, cluster)) return { state: PartState.running, detail: 'seeded' };
      return { state: PartState.stopped, detail: 'not seeded', mend: 'npm run sandbox -- up' };
    },

    async stop() {},
  };
}
