import type { JournalState } from './journal.ts';

/**
 * Remaining seconds; null without a plan, while a person is awaited, or at the end. A step that repeats by waves (`launch-1`,
 * `launch-2`, ...) is expected to take what those before it took; any other what the plan says. Pure.
 */
export function etaSeconds(state: JournalState, now: number): number | null {
  if (state.plan === null || state.standstill !== null || state.result !== null) return null;
  const taken = new Map<string, number[]>();
  for (const { id, state: end, startedAt, endedAt } of state.steps) {
    if (end !== 'done' || startedAt === null || endedAt === null) continue;
    const seconds = (endedAt - startedAt) / 1000;
    taken.set(stemOf(id), [...(taken.get(stemOf(id)) ?? []), seconds]);
  }
  const planned = new Map(state.plan.steps.map(({ id, expectedSeconds }) => [id, expectedSeconds]));
  return state.steps.reduce((sum, { id, state: standing, startedAt }) => {
    if (standing !== 'pending' && standing !== 'running') return sum;
    const expected = meanOf(taken.get(stemOf(id))) ?? planned.get(id) ?? 0;
    const elapsed = standing === 'running' && startedAt !== null ? (now - startedAt) / 1000 : 0;
    return sum + Math.max(0, expected - elapsed);
  }, 0);
}

function stemOf(id: string): string {
  return id.replace(/-\d+$/, '');
}

function meanOf(values: readonly number[] | undefined): number | null {
  return values === undefined ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
