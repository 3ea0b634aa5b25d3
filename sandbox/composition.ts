/** The parts of the sandbox. Their order comes from `dependsOn`; what does not depend on each other starts side by side. */
import { kwokPart } from './cluster/kwok-part.ts';
import { controlPlanePart } from './hosts/control-plane-part.ts';
import type { ManagedPart } from './processes/managed-part.ts';
import { temporalPart } from './temporal/temporal-part.ts';
import { clusters } from './topology.ts';

export const parts: readonly ManagedPart[] = [
  temporalPart,
  ...clusters.flatMap((cluster) => [controlPlanePart(cluster), kwokPart(cluster.name)]),
];
