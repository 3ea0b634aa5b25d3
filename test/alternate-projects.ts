import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Within a group, files of different projects take turns, so that those that must wait for each other are not begun side by side.
 * Vitest's own order, the longest first, stays within each project.
 */
export class AlternateProjects extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return takeTurns(await super.sort(files), ({ project }) => project.name);
  }
}

/** One of each kind, then the next of each. Pure. */
export function takeTurns<T>(items: readonly T[], kindOf: (item: T) => string): T[] {
  const rounds: T[][] = [];
  const seen = new Map<string, number>();
  for (const item of items) {
    const kind = kindOf(item);
    const round = seen.get(kind) ?? 0;
    seen.set(kind, round + 1);
    rounds[round] ??= [];
    rounds[round]?.push(item);
  }
  return rounds.flat();
}
