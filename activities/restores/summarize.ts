import { type PlannedAction, type PlannedObject, plannedActions } from './types.ts';

const mostSamples = 10;

/** How many objects meet which action, and a few of each. Pure. */
export function summarize(objects: readonly PlannedObject[]) {
  const counts = Object.fromEntries(plannedActions.map((action) => [action, 0])) as Record<PlannedAction, number>;
  const samples = Object.fromEntries(plannedActions.map((action) => [action, [] as string[]])) as Record<
    PlannedAction,
    string[]
  >;
  for (const object of objects) {
    counts[object.action] += 1;
    if (samples[object.action].length < mostSamples) samples[object.action].push(describeObject(object));
  }
  return { counts, samples };
}

/** `Deployment production/web (spec.replicas)`. Pure. */
export function describeObject({ why, differs = [], ...object }: PlannedObject): string {
  const told = [...(why === undefined ? [] : [why]), ...(differs.length === 0 ? [] : [differs.slice(0, 3).join(', ')])];
  return told.length === 0 ? nameOf(object) : `${nameOf(object)} (${told.join('; ')})`;
}

export function nameOf({ kind, namespace, name }: Pick<PlannedObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;
}
