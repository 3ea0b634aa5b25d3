import type { SavedObject } from '../restores/saved-objects.ts';
import type { ModifierRule } from '../restores/types.ts';

/** A JSON merge patch. */
export type Patch = Readonly<Record<string, unknown>>;

/** What is changed of one object on its way into the cluster. */
export interface PatchedObject {
  readonly saved: SavedObject;
  readonly patch: Patch;
}

/** One rule for all objects of a kind and namespace that get the same patch. Pure. */
export function mergeRules(changes: readonly PatchedObject[]): readonly ModifierRule[] {
  const groups = new Map<string, PatchedObject & { readonly names: string[] }>();
  for (const { saved, patch } of changes) {
    const key = JSON.stringify([saved.resource, saved.namespace, patch]);
    const group = groups.get(key) ?? { saved, patch, names: [] };
    group.names.push(saved.name);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ saved: { resource, namespace }, patch, names }) => ({
    conditions: {
      groupResource: resource,
      ...(namespace === null ? {} : { namespaces: [namespace] }),
      resourceNameRegex: `^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`,
    },
    mergePatches: [{ patchData: JSON.stringify(patch) }],
  }));
}

export function specOf({ object }: SavedObject): Patch {
  return (object.spec ?? {}) as Patch;
}
