/** Holding a process and all its descendants still while their files are copied. */
import { readFileSync } from 'node:fs';
import { listProcesses, type ProcessRow } from '../processes/process-identity.ts';
import { processTree, signal } from '../processes/process-tree.ts';
import { waitFor } from '../processes/wait-for.ts';

function members(root: number): ProcessRow[] {
  return processTree(listProcesses(), root).filter((row) => !row.zombie);
}

function standsStill(row: ProcessRow): boolean {
  try {
    const stat = readFileSync(`/proc/${row.pid}/stat`, 'utf8');
    return ['T', 't', 'Z', 'X'].includes(stat[stat.lastIndexOf(')') + 2] ?? '');
  } catch {
    return true;
  }
}

/**
 * Stops the whole tree below `root`, runs `work`, and lets the tree go on, also when `work` throws. The parent is stopped first, so
 * that it starts no child that is missed.
 */
export async function frozen<T>(root: number, work: () => Promise<T>): Promise<T> {
  try {
    let known = -1;
    for (let rows = members(root); rows.length !== known; rows = members(root)) {
      known = rows.length;
      for (const row of [...rows].sort((a) => (a.pid === root ? -1 : 0))) signal(row, 'SIGSTOP');
      await waitFor('the processes of a volume to stand still', () => rows.every(standsStill), {
        timeoutMs: 5_000,
        intervalMs: 5,
      });
    }
    return await work();
  } finally {
    release(root);
  }
}

/** Lets the tree below `root` go on, the parent last. No error when it runs or is gone. */
export function release(root: number): void {
  for (const row of members(root).sort((a) => (a.pid === root ? 1 : 0))) signal(row, 'SIGCONT');
}
