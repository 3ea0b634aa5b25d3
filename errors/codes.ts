import type { CodeEntry } from './code-entry.ts';
import { codecCodes } from './registry/codec.ts';
import { coreCodes } from './registry/core.ts';
import { etcdCodes } from './registry/etcd.ts';
import { nodeCodes } from './registry/nodes.ts';
import { veleroCodes } from './registry/velero.ts';
import { volumeCodes } from './registry/volumes.ts';

/** The one registry of codes; each domain keeps its own table under `registry/`. */
export const codes = {
  ...coreCodes,
  ...codecCodes,
  ...volumeCodes,
  ...etcdCodes,
  ...nodeCodes,
  ...veleroCodes,
} as const;

export type Code = keyof typeof codes;

export function isCode(value: unknown): value is Code {
  return typeof value === 'string' && Object.hasOwn(codes, value);
}

export function entryOf(code: Code): CodeEntry {
  return codes[code];
}
