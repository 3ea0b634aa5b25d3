import { ownerVariable } from './detached-process.ts';
import {
  executable,
  isRunning,
  listProcesses,
  type ProcessRow,
  startEnvironment,
  workingDirectory,
} from './process-identity.ts';
import { signal } from './process-tree.ts';
import { waitFor } from './wait-for.ts';

/**
 * Processes that belong to the sandbox in `dir` though nothing records them: their environment carries its mark, or they are a
 * PostgreSQL (which overwrites its environment) that works below `dir`. Never this process or one that it descends from.
 */
function findStragglers(dir: string): ProcessRow[] {
  const rows = listProcesses();
  const parents = new Map(rows.map((row) => [row.pid, row.parent]));
  const own = new Set<number>();
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 0; pid = parents.get(pid)) own.add(pid);
  const mark = `${ownerVariable}=${dir}`;
  const isDatabaseHere = (pid: number): boolean =>
    executable(pid)?.endsWith('/postgres') === true && (workingDirectory(pid) ?? '').startsWith(`${dir}/`);
  return rows.filter(
    (row) => !own.has(row.pid) && !row.zombie && (startEnvironment(row.pid).includes(mark) || isDatabaseHere(row.pid)),
  );
}

/** Ends them, SIGTERM first. Returns how many there were. */
export async function endStragglers(dir: string): Promise<number> {
  const found = findStragglers(dir);
  for (const row of found) signal(row, 'SIGTERM');
  const left = () => found.filter((row) => isRunning(row));
  const deadline = Date.now() + 2_000;
  while (left().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const row of left()) signal(row, 'SIGKILL');
  await waitFor('the end of left-over processes', () => left().length === 0, { timeoutMs: 5_000 });
  return found.length;
}
