import type { Plan } from '../../../workflows/recovery/plan.ts';
import { columns } from './columns.ts';
import { duration } from './duration.ts';
import type { Style } from './style.ts';

/** The plan as an operator reads it before approving: what happens to what, how it is undone, what is lost. */
export function renderPlan(plan: Plan, style: Style): string[] {
  return [
    `${style.bold('plan')} ${plan.hash}`,
    `  ${plan.summary}`,
    `  takes about ${duration(plan.recoveryTimeSeconds)}; data loss: ${dataLoss(plan)}`,
    ...(plan.recoveryPoint.losses ?? []).map((line) => `  ${style.warn('-')} ${line}`),
    ...(plan.approvalBecause === undefined ? [] : [`  needs an approval: ${plan.approvalBecause}`]),
    ...plan.preconditions.map(({ name, met, detail }) => `  ${met ? 'met  ' : style.bad('UNMET')}  ${name}: ${detail}`),
    ...plan.warnings.map((warning) => `  ${style.warn('!')} ${warning}`),
    ...columns([
      ['  step', 'effect', 'target', 'undo'],
      ...plan.steps.map((step) => [`  ${step.title}`, step.effect, step.target, step.undo ?? '-']),
    ]),
    ...plan.steps
      .filter(({ pointOfNoReturn }) => pointOfNoReturn !== null)
      .map(({ title, pointOfNoReturn }) => `  ${style.warn('point of no return')}: ${title} (${pointOfNoReturn})`),
  ];
}

function dataLoss({ recoveryPoint: { seconds, basis } }: Plan): string {
  return seconds === null ? `unknown, ${basis}` : `${duration(seconds)}, ${basis}`;
}
