import { isRunning, listProcesses, type ProcessRow } from './process-identity.ts';
import { waitFor } from './wait-for.ts';

/** The process, all that descend from it, and all of its session: whoever left one of the two is still in the other. */
export function processTree(rows: readonly ProcessRow[], root: number): ProcessRow[] {
  const members = new Set<number>([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const row of rows) {
      if (!members.has(row.pid) && (members.has(row.parent) || row.session === root)) {
        members.add(row.pid);
        grown = true;
      }
    }
  }
  return rows.filter((row) => members.has(row.pid));
}

export function signal(row: { pid: number; startTime: string }, name: NodeJS.Signals): void {
  if (!isRunning(row)) return;
  try {
    process.kill(row.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * SIGTERM to the leader, which may end its children in good order; whoever is left after `graceMs` is killed. Returns when
 * none of them runs.
 */
export async function endProcessTree(leader: { pid: number; startTime: string }, graceMs: number): Promise<void> {
  const members = processTree(listProcesses(), leader.pid);
  const left = (): ProcessRow[] => members.filter((row) => isRunning(row));
  signal(leader, 'SIGTERM');
  const leaderGone = (): boolean => !isRunning(leader);
  const deadline = Date.now() + graceMs;
  while (!leaderGone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const row of left()) signal(row, leaderGone() ? 'SIGTERM' : 'SIGKILL');
  const second = Date.now() + 1_000;
  while (left().length > 0 && Date.now() < second) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const row of left()) signal(row, 'SIGKILL');
  await waitFor(`the end of process ${leader.pid} and its children`, () => left().length === 0, { timeoutMs: 60_000 });
}
