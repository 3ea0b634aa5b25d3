import { spawn } from 'node:child_process';
import { RekindleError } from '../../errors/rekindle-error.ts';

export interface ToolCall {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment. What opens something goes here or into files, never into `args`. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitSeconds: number;
  readonly signal?: AbortSignal;
}

export interface ToolResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  /** For the agent's own judgement only: it must not reach an error's message, since it may quote anything. */
  readonly stderr: string;
}

const keptCharacters = 4_000_000;

/** Runs a program to its end. Throws RekindleError `host-not-ready` when there is no such program, `unavailable` at the limit. */
export function runTool({ program, args, env, limitSeconds, signal }: ToolCall): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < keptCharacters) stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < 20_000) stderr += text;
    });
    const abort = (): void => {
      child.kill('SIGKILL');
    };
    const timer = setTimeout(abort, limitSeconds * 1000);
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    child.once('error', (cause) => {
      settle();
      reject(new RekindleError('host-not-ready', `${program} cannot be run on this host`, { cause }));
    });
    child.once('close', (exitCode, killedBy) => {
      settle();
      if (signal?.aborted) reject(signal.reason as Error);
      else if (killedBy !== null) {
        reject(new RekindleError('unavailable', `${program} ${args[0] ?? ''} ended with ${killedBy}`));
      } else resolve({ exitCode, stdout, stderr });
    });
  });
}
