import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launcher } from '../../sandbox/processes/launcher.ts';
import type { CrashOrder } from './crash-order.ts';
import type { StormOrder } from './storms/storm-interceptor.ts';

const program = fileURLToPath(new URL('./worker-program.ts', import.meta.url));

export interface WorkerProcess {
  readonly pid: number;
  readonly logFile: string;
  /** Resolves at the end of the process, with the signal that ended it or null. Never rejects. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** The last lines of its log. */
  logTail(): string;
  /** Ends it with SIGKILL, as nothing may depend on a worker's farewell. */
  kill(): Promise<void>;
}

/** A worker in a process of its own, or the agent of `agentFile`. `env` is the environment of a sandbox. */
export async function startWorkerProcess(
  env: Readonly<Record<string, string>>,
  logFile: string,
  order?: CrashOrder | StormOrder,
  agentFile?: string,
): Promise<WorkerProcess> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const args = [launcher, program, JSON.stringify(order ?? null), ...(agentFile === undefined ? [] : [agentFile])];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', log, log],
    env: { ...process.env, REKINDLE_LOG_LEVEL: 'warn', ...env },
  });
  closeSync(log);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, signal) => resolve(signal));
    child.once('error', () => resolve(null));
  });
  return {
    pid: child.pid ?? 0,
    logFile,
    ended,
    logTail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
