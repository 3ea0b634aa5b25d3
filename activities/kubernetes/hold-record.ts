import { type Holder, holdAnnotation } from './marks.ts';
import type { KubernetesObject } from './port.ts';

/** How an object was before the first recovery held it. Only what the hold changes; a field that was absent is null. */
export type Before = Readonly<Record<string, string | number | boolean | null | object>>;

/**
 * Written on the held object itself, so that it survives everything but the object. What must hold:
 * 1. `before` is captured by the first holder alone, in the same write that begins the hold.
 * 2. The object comes back in the same write that takes the last holder out.
 * 3. Every write is a compare-and-set on the resourceVersion, so of two recoveries one always sees the other.
 */
export interface HoldRecord {
  readonly holders: readonly Holder[];
  readonly before: Before;
}

/** Null when nobody holds the object. A record that cannot be read is not ignored: it throws, because `before` would be lost. */
export function holdRecordOf(object: KubernetesObject): HoldRecord | null {
  const text = object.metadata.annotations?.[holdAnnotation];
  if (text === undefined) return null;
  const record = JSON.parse(text) as HoldRecord;
  if (!Array.isArray(record.holders) || typeof record.before !== 'object') throw new SyntaxError('no hold record');
  return record;
}

export function withHolder(record: HoldRecord | null, holder: Holder, before: Before): HoldRecord {
  if (record === null) return { holders: [holder], before };
  if (isHeldBy(record, holder.recoveryId)) return record;
  return { ...record, holders: [...record.holders, holder] };
}

/** Null when the last holder left. */
export function withoutHolder(record: HoldRecord, recoveryId: string): HoldRecord | null {
  const holders = record.holders.filter((holder) => holder.recoveryId !== recoveryId);
  return holders.length === 0 ? null : { ...record, holders };
}

export function isHeldBy(record: HoldRecord | null, recoveryId: string): boolean {
  return record?.holders.some((holder) => holder.recoveryId === recoveryId) ?? false;
}
