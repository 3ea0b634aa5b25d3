export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const styling = /\p{Cc}\[[0-9;]*m/uy;
const unstyled = '\u001b[0m';

/**
 * Lines that a terminal shows without wrapping or scrolling, so that they can be drawn over: each cut to its width, and of more
 * lines than rows the first and the last ones.
 */
export function fitToScreen(lines: readonly string[], { columns, rows }: ScreenSize): string[] {
  const shown = lines.flatMap((line) => line.split('\n')).map((line) => cut(line, columns));
  const room = rows - 1;
  if (shown.length <= room || room < 4) return shown.slice(0, Math.max(room, 1));
  const last = room - 2;
  return [...shown.slice(0, 1), `  … ${shown.length - 1 - last} more lines`, ...shown.slice(-last)];
}

/** Cut to so many visible characters; styling takes no room and is ended where the cut falls. */
function cut(line: string, width: number): string {
  let visible = 0;
  let styled = false;
  let kept = 0;
  for (let at = 0; at < line.length; ) {
    styling.lastIndex = at;
    const style = styling.exec(line)?.[0];
    if (style !== undefined) {
      styled = true;
      at += style.length;
      continue;
    }
    const length = String.fromCodePoint(line.codePointAt(at) ?? 0).length;
    visible += 1;
    at += length;
    if (visible === width - 1) kept = at;
    if (visible > width) return `${line.slice(0, kept)}…${styled ? unstyled : ''}`;
  }
  return line;
}
