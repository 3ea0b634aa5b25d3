/** Signals for everything that runs on a control-plane host, its agent included. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import { runningProcess } from '../processes/detached-process.ts';
import { isRunning, listProcesses, type ProcessRow } from '../processes/process-identity.ts';
import { readContainers } from './containers.ts';
import type { HostDirectory } from './host-directory.ts';

/** Programs that were started with a file of this host as an argument: `rekindle agent --config <host>/agent.yaml`. */
function agentsOf(host: HostDirectory): ProcessRow[] {
  const file = join(host.dir, 'agent.yaml');
  return listProcesses().filter(({ pid }) => pid !== process.pid && argumentsOf(pid).includes(file));
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/**
 * `SIGSTOP` freezes the host, `SIGCONT` thaws it, `SIGKILL` takes its power. Only what was started before the moment is signalled, in
 * ticks since boot. Returns how many processes were signalled.
 */
export function signalHost(
  context: SandboxContext,
  host: HostDirectory,
  signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL',
  startedBefore = Number.POSITIVE_INFINITY,
): number {
  const supervisor = runningProcess(context, `${host.name}-host`);
  const containers = readContainers(host).filter((container) => isRunning(container));
  const all = [...(supervisor ? [supervisor] : []), ...containers, ...agentsOf(host)];
  const pids = all.filter(({ startTime }) => Number(startTime) < startedBefore).map(({ pid }) => pid);
  let signalled = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
      signalled += 1;
    } catch {
      // It ended meanwhile.
    }
  }
  return signalled;
}
