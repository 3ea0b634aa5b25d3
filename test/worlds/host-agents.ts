/** The agents of control-plane hosts, each a `rekindle agent` in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostDirectory } from '../../sandbox/hosts/host-directory.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';

const program = fileURLToPath(new URL('../../bin/rekindle.js', import.meta.url));

export interface HostAgent {
  readonly host: HostDirectory;
  readonly pid: number;
  /** SIGKILL: nothing may depend on a farewell. */
  kill(): Promise<void>;
}

/** Starts the agent and waits until it listens. `env` is that of a sandbox and a Temporal namespace. */
export async function startHostAgent(host: HostDirectory, env: Readonly<Record<string, string>>): Promise<HostAgent> {
  const logFile = join(host.logs, `agent-${env.TEMPORAL_NAMESPACE ?? 'default'}-${Date.now()}.log`);
  mkdirSync(host.logs, { recursive: true });
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(process.execPath, [program, 'agent', '--config', join(host.dir, 'agent.yaml')], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env, REKINDLE_LOG_LEVEL: 'info' },
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await waitFor(
    `the agent of ${host.name}`,
    () => existsSync(logFile) && readFileSync(logFile, 'utf8').includes('agent ready'),
    {
      timeoutMs: 90_000,
      giveUp: () => (child.exitCode === null ? undefined : readFileSync(logFile, 'utf8').slice(-2_000)),
    },
  );
  return {
    host,
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
