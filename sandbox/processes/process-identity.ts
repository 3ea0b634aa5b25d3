import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One line of the process table, as far as the sandbox cares. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks between boot and start. Unique together with the pid. */
  readonly startTime: string;
  readonly zombie: boolean;
}

function parseStat(pid: number, stat: string): ProcessRow {
  // The second field is the program's name in parentheses and may hold spaces: count from its closing one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTime: fields[19] ?? '',
    zombie: fields[0] === 'Z' || fields[0] === 'X',
  };
}

/** The process with that pid, or undefined when there is none. */
export function readProcess(pid: number): ProcessRow | undefined {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** True while that very process runs: a zombie, or another process that got its pid, is not it. */
export function isRunning(identity: { pid: number; startTime: string }): boolean {
  const row = readProcess(identity.pid);
  return row !== undefined && !row.zombie && row.startTime === identity.startTime;
}

export function listProcesses(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readProcess(Number(entry)))
    .filter((row): row is ProcessRow => row !== undefined);
}

/** The present moment in the unit of `startTime`: Linux counts a hundred ticks a second for programs, whatever the kernel's own. */
export function ticksSinceBoot(): number {
  return Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);
}

/** The variables that a process was started with, or an empty list when they cannot be read. */
export function startEnvironment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

export function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

export function executable(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
