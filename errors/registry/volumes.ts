import type { CodeEntry } from '../code-entry.ts';

/** Codes of lost volumes, claims and snapshots. */
export const volumeCodes = {} as const satisfies Record<string, CodeEntry>;
