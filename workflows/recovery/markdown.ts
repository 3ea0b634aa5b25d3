import type { RecoveryResult } from './result.ts';

/** Lines of a Markdown table. Cells are made safe: no pipe and no line break survives in them. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

/** One bold sentence on how it ended. */
export function resultLine(result: RecoveryResult | null): string {
  if (result === null) return '**Running.**';
  switch (result.status) {
    case 'recovered':
      return `**Recovered.** ${result.summary}`;
    case 'planned':
      return `**Planned, nothing changed.** ${result.summary}`;
    case 'refused':
      return `**Refused: ${result.reason}.** ${sentence(result.message)} ${result.next}`;
    case 'partial':
      return `**Partly recovered: ${result.problems.length} problem(s).**`;
    case 'cancelled':
      return `**Cancelled.** ${result.reason}. ${result.undone.length} undone, ${result.left.length} left.`;
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
