import type { CodeEntry } from '../code-entry.ts';

/** Codes of nodes, instances and Auto Scaling groups. */
export const nodeCodes = {} as const satisfies Record<string, CodeEntry>;
