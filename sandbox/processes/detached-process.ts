/**
 * Processes that outlive the command that started them. Invariants:
 * 1. A process is recorded in state.json with pid and start time right after it was spawned; both must match to be "ours".
 * 2. Each process leads a session of its own, and carries the state directory in its environment, so that its children can be
 *    found after it has died.
 * 3. It gets none of the user's credentials (`inheritedEnvironment`).
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import { inheritedEnvironment } from '../environment.ts';
import type { ProcessRecord } from '../state.ts';
import { launcher } from './launcher.ts';
import { isRunning, readProcess } from './process-identity.ts';
import { endProcessTree } from './process-tree.ts';

/** Marks every process of a sandbox, children included: the variable's value is the state directory. */
export const ownerVariable = 'REKINDLE_SANDBOX_OWNER';

export interface ProcessSpec {
  /** Unique in the sandbox; also the name of the log file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the state directory. */
  readonly cwd?: string;
}

export function logFile(context: SandboxContext, name: string): string {
  return context.path('logs', `${name}.log`);
}

/** The last lines of a process's log, for an error message. */
export function logTail(context: SandboxContext, name: string, lines = 8): string {
  try {
    return readFileSync(logFile(context, name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}

/** The record of the process of that name when it runs, else undefined. */
export function runningProcess(context: SandboxContext, name: string): ProcessRecord | undefined {
  const record = context.state.read().processes[name];
  return record !== undefined && isRunning(record) ? record : undefined;
}

/** Starts the process unless it runs already. Returns its record and whether it was this call that started it. */
export async function ensureProcess(
  context: SandboxContext,
  spec: ProcessSpec,
): Promise<{ record: ProcessRecord; started: boolean }> {
  const running = runningProcess(context, spec.name);
  if (running) return { record: running, started: false };
  mkdirSync(context.path('logs'), { recursive: true });
  const log = openSync(logFile(context, spec.name), 'a');
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.cwd ?? context.dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...inheritedEnvironment(), ...spec.env, [ownerVariable]: context.dir },
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${spec.name} could not be started`, { cause: error })));
  });
  const pid = child.pid ?? 0;
  const record: ProcessRecord = {
    pid,
    startTime: readProcess(pid)?.startTime ?? '',
    startedAt: new Date().toISOString(),
    command: [spec.command, ...spec.args],
  };
  context.state.update((state) => {
    state.processes[spec.name] = record;
  });
  child.unref();
  return { record, started: true };
}

/** A program of the sandbox itself, `sandbox/<file>.ts`. */
export function nodeProgram(entry: string, args: readonly string[] = []): Pick<ProcessSpec, 'command' | 'args'> {
  return { command: process.execPath, args: [launcher, entry, ...args] };
}

/**
 * For `giveUp` of waitFor: a sentence with the end of the log once the process has died.
 */
export function deathNotice(context: SandboxContext, name: string): string | undefined {
  if (runningProcess(context, name)) return undefined;
  return `the process ended; the end of ${join('logs', `${name}.log`)}:\n${logTail(context, name)}`;
}

/** Ends the process and its children: SIGTERM, then SIGKILL after `graceMs` (default 5 s). Forgets the record. */
export async function stopProcess(context: SandboxContext, name: string, graceMs = 5_000): Promise<void> {
  const record = context.state.read().processes[name];
  if (!record) return;
  if (isRunning(record)) await endProcessTree(record, graceMs);
  context.state.update((state) => {
    delete state.processes[name];
  });
}
