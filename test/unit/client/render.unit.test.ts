import { describe, expect, it } from 'vitest';
import { columns } from '../../../client/cli/render/columns.ts';
import { duration } from '../../../client/cli/render/duration.ts';
import { headline, renderProgress, whatNext } from '../../../client/cli/render/progress.ts';
import { renderResult } from '../../../client/cli/render/result.ts';
import { plain } from '../../../client/cli/render/style.ts';
import type { Plan } from '../../../workflows/recovery/plan.ts';
import type { Progress } from '../../../workflows/recovery/progress.ts';

const plan: Plan = {
  hash: 'abc',
  summary: 'bind it again',
  recoveryPoint: { seconds: 90, basis: 'snapshot snap-1' },
  preconditions: [],
  warnings: ['slow at first'],
  recoveryTimeSeconds: 60,
  steps: [
    {
      id: 'go',
      title: 'Go',
      target: 'claim a/b',
      effect: 'change',
      undo: null,
      expectedSeconds: 60,
      pointOfNoReturn: 'it is new',
    },
  ],
};

const running: Progress = {
  workflowId: 'volume-rebind/prod/a/b',
  runId: 'run',
  recoveryId: 'recovery',
  slug: 'volume-rebind',
  cluster: 'prod',
  target: 'claim a/b',
  phase: 'executing',
  standstill: null,
  startedAt: 10_000,
  elapsedSeconds: 0,
  etaSeconds: 60,
  plan,
  steps: [
    {
      id: 'go',
      title: 'Go',
      target: 'claim a/b',
      state: 'running',
      startedAt: 11_000,
      endedAt: null,
      detail: 'half way',
    },
  ],
  evidence: [],
  operatorRequest: null,
  timeline: [],
  result: null,
};

describe('duration', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [185, '3 min 05 s'],
    [7620, '2 h 07 min'],
    [-3, '0 s'],
  ])('of %d seconds reads %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('columns', () => {
  it('are aligned, and nothing trails', () => {
    expect(
      columns([
        ['a', 'bb', ''],
        ['ccc', 'd', 'e'],
      ]),
    ).toEqual(['a    bb', 'ccc  d   e']);
  });
});

describe('progress', () => {
  it('counts the elapsed time from now while it runs', () => {
    expect(headline(running, 22_000, plain)).toBe('volume-rebind claim a/b: executing, 12 s, about 1 min 00 s left');
  });

  it('shows the running step with its time and detail', () => {
    expect(renderProgress(running, 14_000, plain)).toContain(' > Go  3 s  half way');
  });

  it('shows the plan, its point of no return, and the command while an approval is awaited', () => {
    const shown = renderProgress({ ...running, standstill: 'awaiting-approval' }, 12_000, plain).join('\n');
    expect(shown).toContain('point of no return: Go (it is new)');
    expect(shown).toContain('! slow at first');
    expect(shown).toContain('rekindle approve volume-rebind/prod/a/b --plan abc');
  });

  it('gives one command for each decision that is allowed', () => {
    const operatorRequest = {
      stepId: 'go',
      title: 'Go',
      code: 'forbidden',
      message: 'may not',
      next: 'Grant it.',
      since: 1,
      allowed: ['retry', 'abort'] as const,
    };
    const lines = whatNext({ ...running, standstill: 'needs-operator', operatorRequest }, plain);
    expect(lines.filter((line) => line.startsWith('next: rekindle decide'))).toEqual([
      'next: rekindle decide volume-rebind/prod/a/b retry --step go',
      'next: rekindle decide volume-rebind/prod/a/b abort --step go',
    ]);
  });
});

describe('result', () => {
  it('of a cancel lists what was undone and what was left', () => {
    const lines = renderResult({ status: 'cancelled', reason: 'by jo', undone: ['one'], left: ['two'] }, plain);
    expect(lines).toEqual(['cancelled: by jo', '  undone  one', '  left    two']);
  });

  it('of a refusal says why and what to do next', () => {
    const lines = renderResult({ status: 'refused', reason: 'no-snapshot', message: 'none', next: 'Make one.' }, plain);
    expect(lines).toEqual(['refused (no-snapshot): none', 'next: Make one.']);
  });
});
