import { readFileSync } from 'node:fs';

/** Bytes of memory that an agent or a worker may ever hold, whatever the size of the snapshot. */
export const residentLimitBytes = 300 * 1024 * 1024;

/** The largest resident set that the process ever had, bytes (`VmHWM`, proc(5)). */
export function peakResidentBytes(pid: number): number {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`no VmHWM of process ${pid}`);
  return Number(kibibytes) * 1024;
}
