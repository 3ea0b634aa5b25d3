import type { InputProblem } from './explain-issues.ts';

/** A problem and where in the file it stands; lines and columns count from 1. */
export interface LocatedProblem extends InputProblem {
  readonly line: number;
  readonly column: number;
}

/** The configuration cannot be used. `message` is for people and complete; `problems` is for tools. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly LocatedProblem[];

  constructor(file: string, summary: string, problems: readonly LocatedProblem[] = [], options?: ErrorOptions) {
    super([`${file}: ${summary}`, ...problems.map((problem) => lines(file, problem))].join('\n'), options);
    this.file = file;
    this.problems = problems;
  }
}

function lines(file: string, { path, line, column, given, expected, advice }: LocatedProblem): string {
  const where = `${file}:${line}:${column}`;
  return `  ${where} ${path === '' ? 'the document' : path}: got ${given}, expected ${expected}. ${advice}`;
}
