import { resultLine, table } from './markdown.ts';
import type { Progress } from './progress.ts';

const marks: Readonly<Record<string, string>> = {
  pending: '·',
  running: '▶',
  done: '✔',
  skipped: '↷',
  failed: '✖',
  undone: '↶',
  left: '■',
};

/** The live page of the Temporal UI: an operator must be able to follow and steer a recovery from it alone. Pure. */
export function renderDetails(progress: Progress): string {
  const { plan, operatorRequest: parked } = progress;
  const lines = [
    `### ${progress.slug}: ${progress.target || progress.cluster}`,
    '',
    progress.result === null
      ? `**${progress.standstill ?? progress.phase}** after ${Math.round(progress.elapsedSeconds)} s${latest(progress)}`
      : resultLine(progress.result),
    '',
  ];
  if (plan !== null) {
    lines.push(`Plan \`${plan.hash}\`: ${plan.summary}`, '', `Data loss: ${plan.recoveryPoint.basis}`, '');
    lines.push(...(plan.recoveryPoint.losses ?? []).map((loss) => `- ${loss}`), '');
    if (plan.approvalBecause !== undefined) lines.push(`Needs an approval: ${plan.approvalBecause}`, '');
    const unmet = plan.preconditions.filter(({ met }) => !met).map(({ name, detail }) => `not met: ${name}: ${detail}`);
    lines.push(...[...plan.warnings, ...unmet].map((warning) => `- ⚠ ${warning}`), '');
  }
  if (progress.standstill === 'awaiting-approval' && plan !== null) {
    lines.push(
      'Send the update `approve` with:',
      '',
      '```json',
      example({ actor: 'you', planHash: plan.hash, decision: 'approve' }),
      '```',
      '',
    );
  }
  if (parked !== null) {
    lines.push(`**${parked.title}** stopped: \`${parked.code}\` ${parked.message}`, '', parked.next, '');
    lines.push(`Send the update \`decide\` (${parked.allowed.join(', ')}) with:`, '', '```json');
    lines.push(example({ actor: 'you', stepId: parked.stepId, decision: 'retry' }), '```', '');
  }
  if (progress.standstill === 'paused') lines.push('Send the update `resume` with `{"actor": "you"}`.', '');
  if (progress.steps.length > 0) {
    const rows = progress.steps.map((step) => [marks[step.state] ?? '', step.title, step.target, step.detail]);
    lines.push(...table(['', 'step', 'target', 'detail'], rows), '');
  }
  if (progress.evidence.length > 0) {
    const rows = progress.evidence.map((item) => [item.outcome, item.claim, item.target, item.detail]);
    lines.push(...table(['outcome', 'claim', 'target', 'seen'], rows), '');
  }
  return lines.join('\n');
}

/** Before there are steps the timeline is all that tells what is waited for. */
function latest({ phase, timeline }: Progress): string {
  const last = timeline.at(-1);
  return phase === 'assessing' && last !== undefined ? `: ${last.what}` : '';
}

function example(value: unknown): string {
  return JSON.stringify(value);
}
