import type { PartStatus } from './lifecycle.ts';

/** One line a part: state, pid, ports, and what is wrong with it. */
export function renderStatus(parts: readonly PartStatus[]): string {
  const rows = parts.map((part) => [
    part.name,
    part.state,
    part.pid === undefined ? '-' : String(part.pid),
    Object.entries(part.ports ?? {})
      .map(([name, port]) => `${name}=${port}`)
      .join(' ') || '-',
    [part.detail, part.mend ? `mend: ${part.mend}` : undefined].filter(Boolean).join('; '),
  ]);
  const table = [['PART', 'STATE', 'PID', 'PORTS', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
