import type { RecoveryResult } from '../../../workflows/recovery/result.ts';
import type { Style } from './style.ts';

/** How it ended, and what to do next. */
export function renderResult(result: RecoveryResult, style: Style): string[] {
  switch (result.status) {
    case 'recovered':
      return [`${style.good('recovered')}: ${result.summary}`];
    case 'planned':
      return [`${style.good('planned')}: ${result.summary}. Nothing was changed.`];
    case 'refused':
      return [`${style.warn('refused')} (${result.reason}): ${result.message}`, `next: ${result.next}`];
    case 'partial':
      return [
        style.bad('partly recovered'),
        ...result.problems.flatMap(({ code, target, message, next }) => [
          `  ${code}  ${target}: ${message}`,
          `    next: ${next}`,
        ]),
      ];
    case 'cancelled':
      return [
        `${style.warn('cancelled')}: ${result.reason}`,
        ...result.undone.map((line) => `  undone  ${line}`),
        ...result.left.map((line) => `  left    ${line}`),
      ];
  }
}
