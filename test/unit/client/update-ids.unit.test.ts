import { describe, expect, it } from 'vitest';
import { approvalId, cancelId, decisionId } from '../../../client/update-ids.ts';
import type { OperatorRequest, TimelineEntry } from '../../../workflows/recovery/progress.ts';

const planHash = 'a'.repeat(64);
const approval = { actor: 'jo@example.com', planHash, decision: 'approve' } as const;
const adopted = (hash: string): TimelineEntry => ({ at: 1, what: `Plan ${hash.slice(0, 12)}: climb`, actor: null });
const once = { timeline: [adopted(planHash)] };

describe('the id of an approval', () => {
  it('is the same for a repeat, also after other things happened', () => {
    const later = { timeline: [...once.timeline, { at: 2, what: 'Paused', actor: 'jo' }] };
    expect(approvalId(later, approval)).toBe(approvalId(once, approval));
  });

  it('is another when the plan is asked for again after the facts had drifted', () => {
    const again = { timeline: [...once.timeline, adopted('b'.repeat(64)), adopted(planHash)] };
    expect(approvalId(again, approval)).not.toBe(approvalId(once, approval));
  });

  it.each([
    ['another person', { ...approval, actor: 'kim' }],
    ['a rejection', { ...approval, decision: 'reject' as const }],
    ['another plan', { ...approval, planHash: 'c'.repeat(64) }],
  ])('is another for %s', (_what, other) => {
    expect(approvalId(once, other)).not.toBe(approvalId(once, approval));
  });

  it('does not show who approves: ids are not encrypted', () => {
    expect(approvalId(once, approval)).not.toContain('jo');
    expect(cancelId('jo@example.com')).not.toContain('jo');
  });
});

describe('the id of a decision', () => {
  const request: OperatorRequest = {
    stepId: 'two',
    title: 'Two',
    code: 'forbidden',
    message: '',
    next: '',
    since: 10,
    allowed: ['retry', 'abort'],
  };
  const retry = { actor: 'jo', stepId: 'two', decision: 'retry' } as const;

  it('is another each time that the same step is parked', () => {
    const first = decisionId({ operatorRequest: request }, retry);
    expect(decisionId({ operatorRequest: request }, retry)).toBe(first);
    expect(decisionId({ operatorRequest: { ...request, since: 11 } }, retry)).not.toBe(first);
  });

  it('is left to Temporal when that step is not parked', () => {
    expect(decisionId({ operatorRequest: null }, retry)).toBeNull();
    expect(decisionId({ operatorRequest: { ...request, stepId: 'three' } }, retry)).toBeNull();
  });
});
