/** The parts of the sandbox. Their order comes from `dependsOn`; what does not depend on each other starts side by side. */
import type { ManagedPart } from './processes/managed-part.ts';

export const parts: readonly ManagedPart[] = [];
