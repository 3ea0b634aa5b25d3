import { Option } from 'commander';

export interface OutputOptions {
  readonly output: 'text' | 'json';
}

/** `-o json` of every command that prints something for a tool. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'what to print').choices(['text', 'json']).default('text');
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printText(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** For people beside a machine-readable answer: never on standard output. */
export function printAside(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}
