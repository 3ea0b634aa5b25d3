import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, readProcess } from './process-identity.ts';

interface Holder {
  pid: number;
  startTime: string;
}

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function tryLock(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, JSON.stringify({ pid: process.pid, startTime: readProcess(process.pid)?.startTime ?? '' }));
  try {
    // A link either appears whole or not at all, so nobody reads half a lock.
    linkSync(scratch, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(scratch, { force: true });
  }
}

const takeoverMs = 5_000;

/**
 * Removes the lock of a process that has died. Only one process at a time looks and removes, or the second of two that saw the
 * dead holder would remove the lock that the first has taken since.
 */
function removeIfDead(file: string): void {
  const guard = `${file}.takeover`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > takeoverMs) rmSync(guard, { recursive: true, force: true });
    return;
  }
  const holder = holderOf(file);
  // A lock appears whole: without a holder there is none, and one that comes now is another's.
  if (holder !== undefined && !isRunning(holder)) rmSync(file, { force: true });
  rmdirSync(guard);
}

/**
 * Runs `work` while holding the lock file. Waits for the process that holds it, calling `onWait` once; the lock of a process that
 * has died is taken over. Not for two holders in one process.
 */
export async function withLock<T>(file: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!tryLock(file)) {
    const holder = holderOf(file);
    if (holder === undefined || !isRunning(holder)) {
      removeIfDead(file);
      if (tryLock(file)) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
