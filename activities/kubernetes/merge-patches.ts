import type { MergePatch } from './port.ts';

/** One patch that does what both do; where both set a field the second wins. Pure. */
export function mergePatches(first: MergePatch, second: MergePatch): MergePatch {
  const merged: Record<string, unknown> = { ...first };
  for (const [field, value] of Object.entries(second)) {
    const there = merged[field];
    merged[field] = isBranch(there) && isBranch(value) ? mergePatches(there, value) : value;
  }
  return merged;
}

function isBranch(value: unknown): value is MergePatch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
