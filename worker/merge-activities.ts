/** The activities of a system by name. */
export type Activities = Readonly<Record<string, (...input: never[]) => Promise<unknown>>>;

/** All systems' activities in one object; their names are Temporal's activity types, so no two may share one. */
export function mergeActivities(systems: Readonly<Record<string, object>>): Activities {
  const merged: Record<string, Activities[string]> = {};
  const owners = new Map<string, string>();
  for (const [system, activities] of Object.entries(systems)) {
    for (const [name, activity] of Object.entries(activities as Activities)) {
      const owner = owners.get(name);
      if (owner !== undefined) throw new Error(`the systems ${owner} and ${system} both have an activity ${name}`);
      owners.set(name, system);
      merged[name] = activity;
    }
  }
  return merged;
}
