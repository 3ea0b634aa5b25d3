import type { CodeEntry } from '../code-entry.ts';

/** Codes of etcd members, snapshots and control-plane hosts. */
export const etcdCodes = {} as const satisfies Record<string, CodeEntry>;
