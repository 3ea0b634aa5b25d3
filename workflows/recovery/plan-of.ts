import type { Plan, PlanDraft, PlanStep } from './plan.ts';
import { hashJson } from './plan-hash.ts';
import type { Step } from './scenario.ts';

/**
 * The plan from the draft and the steps. The hash covers what will be done and to what: the work, the steps and the warnings; not
 * the recovery point in seconds, which grows while the plan waits for its approval.
 */
export function planOf(slug: string, work: unknown, draft: PlanDraft, steps: readonly Step[]): Plan {
  const lines = steps.map(planLine);
  return {
    ...draft,
    hash: hashJson({ slug, work, steps: lines, warnings: draft.warnings }),
    steps: lines,
    recoveryTimeSeconds: lines.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0),
  };
}

function planLine(step: Step): PlanStep {
  return {
    id: step.id,
    title: step.title,
    target: step.target,
    effect: step.effect,
    undo: step.undo?.title ?? null,
    expectedSeconds: step.expectedSeconds,
    pointOfNoReturn: step.pointOfNoReturn ?? null,
  };
}
