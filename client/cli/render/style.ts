/** How words are emphasised. `plain` for pipes and for NO_COLOR. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

const same = (text: string) => text;
export const plain: Style = { bold: same, dim: same, good: same, bad: same, warn: same };

const code = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
export const coloured: Style = {
  bold: code(1, 22),
  dim: code(2, 22),
  good: code(32, 39),
  bad: code(31, 39),
  warn: code(33, 39),
};
