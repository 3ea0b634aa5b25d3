/** The parts of the sandbox. Their order comes from `dependsOn`; what does not depend on each other starts side by side. */
import { awsFrontPart, awsSeedPart, motoPart } from './aws/parts.ts';
import { kwokPart } from './cluster/kwok-part.ts';
import { controllersPart } from './controllers/controllers-part.ts';
import { controlPlanePart } from './hosts/control-plane-part.ts';
import type { ManagedPart } from './processes/managed-part.ts';
import { seedPart } from './seed/seed-part.ts';
import { temporalPart } from './temporal/temporal-part.ts';
import { clusters } from './topology.ts';

const awsSeed = awsSeedPart(clusters);

export const parts: readonly ManagedPart[] = [
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
