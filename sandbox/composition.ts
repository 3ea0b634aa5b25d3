/** The parts of the sandbox. Their order comes from `dependsOn`; what does not depend on each other starts side by side. */
import { awsFrontPart, awsSeedPart, motoPart } from './aws/parts.ts';
import { kwokPart } from './cluster/kwok-part.ts';
import { workerRightsPart } from './cluster/worker-rights.ts';
import type { SandboxContext } from './context.ts';
import { controllersPart } from './controllers/controllers-part.ts';
import { controlPlanePart } from './hosts/control-plane-part.ts';
import type { ManagedPart } from './processes/managed-part.ts';
import { seedPart } from './seed/seed-part.ts';
import { temporalPart } from './temporal/temporal-part.ts';
import { type ClusterTopology, clustersOf, drCluster } from './topology.ts';
import { veleroPart } from './velero/velero-part.ts';

const awsSeed = awsSeedPart(clustersOf);

const commonParts: readonly ManagedPart[] = [temporalPart, { ...motoPart, volatile: true }, awsFrontPart, awsSeed];

function clusterParts({ name, workloads }: ClusterTopology): readonly ManagedPart[] {
  const seed = seedPart(name, { workloads });
  return [
    controlPlanePart({ name }),
    workerRightsPart(name),
    kwokPart(name),
    controllersPart(name),
    { ...seed, dependsOn: [...seed.dependsOn, awsSeed.name] },
  ];
}

/** What not every use needs, by the word of `up --with`, and what it brings with it: a second cluster is there to be restored into. */
const extras: Readonly<Record<string, readonly string[]>> = {
  velero: ['velero'],
  [drCluster.name]: [drCluster.name, 'velero'],
};

export const extraNames: readonly string[] = Object.keys(extras);

/** The parts of this sandbox: the usual ones, and the extras that an `up` has asked for. */
export function partsOf(context: SandboxContext): readonly ManagedPart[] {
  const clusters = clustersOf(context);
  const withVelero = context.state.read().extras?.includes('velero') ?? false;
  return [
    ...commonParts,
    ...clusters.flatMap(clusterParts),
    ...(withVelero ? clusters.map(({ name }) => veleroPart(name)) : []),
  ];
}

/** Remembers that the sandbox has these extras from now on. */
export function chooseExtras(context: SandboxContext, names: readonly string[]): void {
  for (const name of names) {
    if (!extraNames.includes(name)) throw new Error(`no extra ${name}; there is: ${extraNames.join(', ')}`);
  }
  const wanted = names.flatMap((name) => extras[name] ?? []);
  context.state.update((state) => {
    state.extras = [...new Set([...(state.extras ?? []), ...wanted])];
  });
}
