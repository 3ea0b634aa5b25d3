import type { Progress, StepProgress, StepState } from '../../../workflows/recovery/progress.ts';
import { columns } from './columns.ts';
import { duration } from './duration.ts';
import { renderPlan } from './plan.ts';
import { renderResult } from './result.ts';
import type { Style } from './style.ts';

const marks: Readonly<Record<StepState, string>> = {
  pending: '.',
  running: '>',
  done: '+',
  skipped: '~',
  failed: 'x',
  undone: '<',
  left: '=',
};

/** The whole state of a recovery, for `show` and for each frame of `watch`. `now` in milliseconds since the epoch. */
export function renderProgress(progress: Progress, now: number, style: Style): string[] {
  const { plan, result } = progress;
  return [
    headline(progress, now, style),
    ...(progress.standstill === 'awaiting-approval' && plan !== null ? ['', ...renderPlan(plan, style)] : []),
    ...(progress.steps.length > 0 ? ['', ...stepLines(progress.steps, now, style)] : []),
    ...evidenceLines(progress, style),
    ...whatNext(progress, style),
    ...(result === null ? [] : ['', ...renderResult(result, style)]),
  ];
}

/** `volume-rebind claim production/data-db-0: executing, 12 s, about 40 s left`. */
export function headline(progress: Progress, now: number, style: Style): string {
  const { slug, target, cluster, phase, standstill, etaSeconds, result } = progress;
  const state = result?.status ?? standstill ?? phase;
  const elapsed = result === null ? (now - progress.startedAt) / 1000 : progress.elapsedSeconds;
  const eta = etaSeconds === null ? '' : `, about ${duration(etaSeconds)} left`;
  return `${style.bold(slug)} ${target || cluster}: ${style.bold(state)}, ${duration(elapsed)}${eta}`;
}

function stepLines(steps: readonly StepProgress[], now: number, style: Style): string[] {
  const lines = columns(
    steps.map((step) => [` ${marks[step.state]} ${step.title}`, took(step, now), step.detail || step.target]),
  );
  return lines.map((line, index) => emphasised(line, steps[index]?.state ?? 'pending', style));
}

function took({ startedAt, endedAt, state }: StepProgress, now: number): string {
  if (startedAt === null) return '';
  return duration(((state === 'running' ? now : (endedAt ?? now)) - startedAt) / 1000);
}

function emphasised(line: string, state: StepState, style: Style): string {
  if (state === 'pending') return style.dim(line);
  if (state === 'running') return style.bold(line);
  if (state === 'done') return style.good(line);
  return state === 'failed' ? style.bad(line) : style.warn(line);
}

function evidenceLines({ evidence }: Progress, style: Style): string[] {
  if (evidence.length === 0) return [];
  const paint = { proved: style.good, disproved: style.bad, unknown: style.warn };
  return [
    '',
    ...evidence.map(
      ({ claim, target, outcome, detail }) => ` ${paint[outcome](outcome)}  ${claim}  ${target}: ${detail}`,
    ),
  ];
}

/** The command that a person would type now. */
export function whatNext({ workflowId, standstill, plan, operatorRequest }: Progress, style: Style): string[] {
  if (standstill === 'awaiting-approval' && plan !== null) {
    return ['', `next: rekindle approve ${workflowId} --plan ${plan.hash}`];
  }
  if (standstill === 'paused') return ['', `next: rekindle resume ${workflowId}`];
  if (standstill !== 'needs-operator' || operatorRequest === null) return [];
  const { title, code, message, next, allowed, stepId } = operatorRequest;
  return [
    '',
    `${style.bad(`${title} stopped`)}: ${code}: ${message}`,
    next,
    ...allowed.map((decision) => `next: rekindle decide ${workflowId} ${decision} --step ${stepId}`),
  ];
}
