import type { ManagedPart } from './managed-part.ts';

/** Throws when a part depends on one that does not exist, or when parts wait for each other in a circle. */
export function checkDependencies(parts: readonly ManagedPart[]): void {
  const names = new Set(parts.map((part) => part.name));
  for (const part of parts) {
    const unknown = part.dependsOn.find((name) => !names.has(name));
    if (unknown) throw new Error(`part ${part.name} depends on ${unknown}, which does not exist`);
  }
  const settled = new Set<string>();
  for (let left = [...parts]; left.length > 0; ) {
    const free = left.filter((part) => part.dependsOn.every((name) => settled.has(name)));
    if (free.length === 0) throw new Error(`parts wait for each other: ${left.map((part) => part.name).join(', ')}`);
    for (const part of free) settled.add(part.name);
    left = left.filter((part) => !settled.has(part.name));
  }
}

/**
 * Runs `work` for every part after it has ended for all that the part depends on (`forward`), or for all that depend on the part
 * (`backward`). Parts that are not related run side by side. When one fails, those behind it are not tried; after the others
 * have ended, its error is thrown.
 */
export async function inOrder(
  parts: readonly ManagedPart[],
  direction: 'forward' | 'backward',
  work: (part: ManagedPart) => Promise<void>,
): Promise<void> {
  checkDependencies(parts);
  const before = (part: ManagedPart): readonly string[] =>
    direction === 'forward'
      ? part.dependsOn
      : parts.filter((other) => other.dependsOn.includes(part.name)).map((other) => other.name);
  const runs = new Map<string, Promise<'done' | 'skipped'>>();
  const errors: unknown[] = [];
  const run = (part: ManagedPart): Promise<'done' | 'skipped'> => {
    const known = runs.get(part.name);
    if (known) return known;
    const started = (async () => {
      const earlier = parts.filter((other) => before(part).includes(other.name));
      const outcomes = await Promise.all(earlier.map(run));
      if (outcomes.includes('skipped')) return 'skipped' as const;
      try {
        await work(part);
        return 'done' as const;
      } catch (error) {
        errors.push(
          new Error(`${part.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error }),
        );
        return 'skipped' as const;
      }
    })();
    runs.set(part.name, started);
    return started;
  };
  await Promise.all(parts.map(run));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    throw new AggregateError(errors, errors.map((error) => (error as Error).message).join('\n'));
  }
}
