import type { Progress } from '../../../workflows/recovery/progress.ts';
import { duration } from './duration.ts';
import { renderPlan } from './plan.ts';
import { headline, whatNext } from './progress.ts';
import type { Style } from './style.ts';

/** What happened between two looks at a recovery, as lines for a log; `before` is null at the first look. Pure. */
export function changes(before: Progress | null, after: Progress, style: Style): string[] {
  const noted = after.timeline.slice(before?.timeline.length ?? 0).map(({ at, what, actor }) => ({
    at,
    line: actor === null ? what : `${actor}: ${what}`,
  }));
  const running = new Set(before?.steps.filter(({ state }) => state === 'running').map(({ id }) => id));
  const begun = after.steps
    .filter(({ id, state, startedAt }) => state === 'running' && startedAt !== null && !running.has(id))
    .map(({ title, target, startedAt }) => ({
      at: startedAt ?? 0,
      line: `${title} (${target})${remaining(after)}`,
    }));
  const lines = [...noted, ...begun].sort((left, right) => left.at - right.at);
  return [...lines.map(({ at, line }) => `${clock(at)} ${line}`), ...halted(before, after, style)];
}

/** Printed now and then while nothing changes, so that a log shows that somebody still looks. */
export function heartbeat(progress: Progress, now: number, style: Style): string {
  const step = progress.steps.find(({ state }) => state === 'running');
  const detail = step === undefined ? '' : `: ${step.title}${step.detail === '' ? '' : `, ${step.detail}`}`;
  return `${clock(now)} ${headline(progress, now, style)}${detail}`;
}

/** What a person must read and do, once for each time that the recovery stands still. */
function halted(before: Progress | null, after: Progress, style: Style): string[] {
  const { standstill, plan, operatorRequest } = after;
  const same =
    before?.standstill === standstill &&
    before?.plan?.hash === plan?.hash &&
    before?.operatorRequest?.since === operatorRequest?.since;
  if (standstill === null || same) return [];
  const asked = standstill === 'awaiting-approval' && plan !== null ? ['', ...renderPlan(plan, style)] : [];
  return [...asked, ...whatNext(after, style)];
}

function remaining({ etaSeconds }: Progress): string {
  return etaSeconds === null ? '' : `, about ${duration(etaSeconds)} left in all`;
}

/** UTC, as in the report. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
