import type { CodeEntry } from '../code-entry.ts';

/** Codes of backups and restores. */
export const veleroCodes = {} as const satisfies Record<string, CodeEntry>;
