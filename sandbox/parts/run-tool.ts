import { spawn } from 'node:child_process';
import { toolEnvironment } from '../environment.ts';
import type { Report } from './recipe.ts';

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is being done, for progress: `building etcd 3.6.16 from source`. Without it nothing is told. */
  readonly task?: string;
  readonly report?: Report;
  /** Milliseconds; without it the tool may take as long as it takes. */
  readonly timeoutMs?: number;
}

const tellEveryMs = 10_000;

/**
 * Runs a tool with the user's own environment and returns what it printed on stdout. While it runs, tells every ten seconds how
 * long it has taken and its last line. Fails with the end of its output.
 */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  const began = Date.now();
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...toolEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
  });
  let stdout = '';
  let tail: string[] = [];
  const remember = (chunk: Buffer): void => {
    tail = [...tail, ...chunk.toString().split('\n').filter(Boolean)].slice(-12);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    remember(chunk);
  });
  child.stderr.on('data', remember);
  const teller = setInterval(() => {
    if (!options.task) return;
    const seconds = Math.round((Date.now() - began) / 1000);
    options.report?.(`${options.task}: ${seconds} s${tail.length > 0 ? ` (${tail.at(-1)?.slice(0, 100)})` : ''}`);
  }, tellEveryMs);
  return new Promise<string>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`, { cause: error })));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? `code ${code}`}:\n${tail.join('\n')}`));
    });
  }).finally(() => clearInterval(teller));
}
