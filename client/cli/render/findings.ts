import type { Finding } from '../../../worker/doctor/finding.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';

/** One line a check, and under it what to do. */
export function renderFindings(findings: readonly Finding[], style: Style): string[] {
  const paint = { ok: style.good, warn: style.warn, fail: style.bad };
  const lines = columns(findings.map(({ state, check, found }) => [state, check, found]));
  return findings.flatMap(({ state, mend }, index) => {
    const line = paint[state](lines[index] ?? '');
    return mend === '' ? [line] : [line, `      ${mend}`];
  });
}
