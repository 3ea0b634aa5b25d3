import { resultLine, table } from './markdown.ts';
import type { Report } from './report.ts';

/** The report as Markdown, ending in a post-mortem template with all that is known filled in. Pure. */
export function renderReport(report: Report): string {
  return [
    `# ${report.slug}: ${report.target || report.cluster}`,
    '',
    resultLine(report.result),
    '',
    ...head(report),
    ...list(
      'Problems',
      report.problems.map(
        (problem) => `**${problem.code}** ${problem.target}: ${problem.message} Next: ${problem.next}`,
      ),
    ),
    ...evidence(report),
    ...steps(report),
    ...list('Undone', report.undone),
    ...list('Left as it is', report.left),
    ...list('What the plan takes back', report.plan?.recoveryPoint.losses ?? []),
    ...list('Warnings of the plan', report.plan?.warnings ?? []),
    ...list(
      'Preconditions of the plan',
      (report.plan?.preconditions ?? []).map(
        ({ name, met, detail }) => `${met ? 'met' : '**not met**'}: ${name} (${detail})`,
      ),
    ),
    ...list(
      'Decisions',
      report.decisions.map((entry) => `${clock(entry.at)} ${entry.actor}: ${entry.what}`),
    ),
    ...list(
      'Timeline',
      report.timeline.map((entry) => `${clock(entry.at)} ${entry.actor ? `${entry.actor}: ` : ''}${entry.what}`),
    ),
    ...postMortem(report),
  ].join('\n');
}

function head(report: Report): string[] {
  const { times } = report;
  return [
    ...table(
      ['what', 'value'],
      [
        ['cluster', report.cluster],
        ['workflow', report.workflowId],
        ['recovery id', report.recoveryId],
        ['requested by', report.requestedBy ?? 'unknown'],
        ['reason', report.reason ?? ''],
        ['incident', report.incident ?? ''],
        ['started', report.startedAt],
        ['ended', report.endedAt ?? 'running'],
        [
          'recovery time',
          `${seconds(times.recoveryTimeSeconds)} (predicted ${seconds(times.recoveryTimePredictedSeconds)}, target ${seconds(times.recoveryTimeTargetSeconds)})`,
        ],
        [
          'recovery point',
          `data loss ${seconds(times.recoveryPointSeconds)} (target ${seconds(times.recoveryPointTargetSeconds)}): ${times.recoveryPointBasis ?? 'no plan'}`,
        ],
        ['plan', report.plan?.hash ?? 'none'],
      ],
    ),
    '',
  ];
}

function evidence(report: Report): string[] {
  if (report.evidence.length === 0) return [];
  const rows = report.evidence.map((item) => [item.claim, item.target, item.outcome, item.detail, item.source]);
  return ['## Evidence', '', ...table(['claim', 'target', 'outcome', 'seen', 'by'], rows), ''];
}

function steps(report: Report): string[] {
  if (report.steps.length === 0) return [];
  const rows = report.steps.map((step) => {
    const planned = report.plan?.steps.find((candidate) => candidate.id === step.id);
    return [
      step.title,
      step.target,
      planned?.effect ?? '',
      step.state,
      step.detail,
      planned?.undo ?? 'nothing to undo',
    ];
  });
  return ['## Steps', '', ...table(['step', 'target', 'effect', 'state', 'detail', 'undo'], rows), ''];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${item}`), ''];
}

function postMortem(report: Report): string[] {
  return [
    '## Post-mortem',
    '',
    `- **What broke**: ${report.reason ?? 'to be filled'} (${report.target || report.cluster})`,
    `- **Detected**: to be filled; **recovery started**: ${report.startedAt}; **verified**: ${report.endedAt ?? 'not yet'}`,
    `- **Impact**: recovery time ${seconds(report.times.recoveryTimeSeconds)}, data loss ${seconds(report.times.recoveryPointSeconds)}`,
    '- **Root cause**: to be filled',
    '- **What went well, what did not**: to be filled',
    ...(report.problems.length === 0
      ? ['- **Actions**: to be filled']
      : ['- **Actions**:', ...report.problems.map((problem) => `  - [ ] ${problem.target}: ${problem.next}`)]),
    `- **To inform**: ${report.contacts.join(', ') || 'no contacts in the inventory'}`,
    '',
  ];
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function seconds(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value * 10) / 10} s`;
}
