import { describe, expect, it } from 'vitest';
import { etaSeconds } from '../../../workflows/recovery/eta.ts';
import { type JournalState, newJournal } from '../../../workflows/recovery/journal.ts';
import type { Plan } from '../../../workflows/recovery/plan.ts';
import type { StepProgress, StepState } from '../../../workflows/recovery/progress.ts';

function journal(steps: readonly [id: string, state: StepState, from?: number, to?: number][]): JournalState {
  const plan = { steps: steps.map(([id]) => ({ id, expectedSeconds: 120 })) } as unknown as Plan;
  const progress = steps.map(
    ([id, state, from, to]): StepProgress => ({
      id,
      title: id,
      target: '',
      state,
      startedAt: from === undefined ? null : from * 1000,
      endedAt: to === undefined ? null : to * 1000,
      detail: '',
    }),
  );
  return { ...newJournal(0), plan, steps: progress };
}

describe('the expected time of what is left', () => {
  it('is that of the plan before anything was done', () => {
    expect(
      etaSeconds(
        journal([
          ['hold', 'pending'],
          ['launch-1', 'pending'],
        ]),
        0,
      ),
    ).toBe(240);
  });

  it('follows what the waves before took, and the running step so far', () => {
    const state = journal([
      ['launch-1', 'done', 0, 10],
      ['launch-2', 'done', 10, 40],
      ['launch-3', 'running', 40],
      ['launch-4', 'pending'],
      ['grow', 'pending'],
    ]);
    expect(etaSeconds(state, 45_000)).toBe(15 + 20 + 120);
  });

  it('is never below nothing for a step that takes longer', () => {
    expect(etaSeconds(journal([['hold', 'running', 0]]), 500_000)).toBe(0);
  });

  it('is unknown while a person is awaited', () => {
    expect(etaSeconds({ ...journal([['hold', 'running', 0]]), standstill: 'needs-operator' }, 0)).toBeNull();
  });
});
