/** The parts of the sandbox. Their order comes from `dependsOn`; what does not depend on each other starts side by side. */
import { awsFrontPart, awsSeedPart, motoPart } from './aws/parts.ts';
import { kwokPart } from './cluster/kwok-part.ts';
import type { SandboxContext } from './context.ts';
import { controllersPart } from './controllers/controllers-part.ts';
import { controlPlanePart } from './hosts/control-plane-part.ts';
import type { ManagedPart } from './processes/managed-part.ts';
import { seedPart } from './seed/seed-part.ts';
import { temporalPart } from './temporal/temporal-part.ts';
import { clusters } from './topology.ts';
import { veleroPart } from './velero/velero-part.ts';

const awsSeed = awsSeedPart(clusters);

const usualParts: readonly ManagedPart[] = [
  temporalPart,
  { ...motoPart, volatile: true },
  awsFrontPart,
  awsSeed,
  ...clusters.flatMap(({ name }) => {
    const seed = seedPart(name);
    return [
      controlPlanePart({ name }),
      kwokPart(name),
      controllersPart(name),
      { ...seed, dependsOn: [...seed.dependsOn, awsSeed.name] },
    ];
  }),
];

/** Parts that not every use needs, by the word of `up --with`. */
const extraParts: Readonly<Record<string, readonly ManagedPart[]>> = {
  velero: clusters.map(({ name }) => veleroPart(name)),
};

export const extraNames: readonly string[] = Object.keys(extraParts);

/** The parts of this sandbox: the usual ones, and the extras that an `up` has asked for. */
export function partsOf(context: SandboxContext): readonly ManagedPart[] {
  const { extras = [] } = context.state.read();
  return [...usualParts, ...extras.flatMap((name) => extraParts[name] ?? [])];
}

/** Remembers that the sandbox has these extras from now on. */
export function chooseExtras(context: SandboxContext, names: readonly string[]): void {
  for (const name of names) {
    if (!extraNames.includes(name)) throw new Error(`no extra ${name}; there is: ${extraNames.join(', ')}`);
  }
  context.state.update((state) => {
    state.extras = [...new Set([...(state.extras ?? []), ...names])];
  });
}
