/**
 * A slow disk under etcd: `strace` holds back the end of each fsync of its process. Invariants:
 * 1. A note in the host's directory asks for it, so it outlasts every process: the supervisor attaches to whichever etcd runs.
 * 2. One etcd has one tracer, and that tracer has the delay of the note; without a note it has none.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from '../environment.ts';
import { readProcess } from '../processes/process-identity.ts';
import { signal } from '../processes/process-tree.ts';
import type { HostDirectory } from './host-directory.ts';

/** The Debian package has the same name. */
export const tracerProgram = 'strace';

function note({ dir }: HostDirectory): string {
  return join(dir, 'slow-disk-ms');
}

/** Milliseconds that each fsync takes longer; null when the disk is as it is. */
export function slowDiskOf(host: HostDirectory): number | null {
  return existsSync(note(host)) ? Number(readFileSync(note(host), 'utf8')) : null;
}

export function setSlowDisk(host: HostDirectory, delayMs: number | null): void {
  if (delayMs === null) rmSync(note(host), { force: true });
  else writeFileSync(note(host), String(delayMs));
}

function tracerArguments(pid: number, delayMs: number): string[] {
  const calls = 'fsync,fdatasync';
  const inject = `inject=${calls}:delay_exit=${delayMs * 1000}`;
  return ['-f', '-q', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject, '-p', String(pid)];
}

function proc(pid: number, file: 'status' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function tracerOf(pid: number): number | undefined {
  return Number(/^TracerPid:\s+(\d+)$/m.exec(proc(pid, 'status'))?.[1] ?? 0) || undefined;
}

/** Milliseconds by which the fsyncs of that process are held back just now; null when nobody does. */
export function delayOf(pid: number): number | null {
  const tracer = tracerOf(pid);
  const [, delay] = /delay_exit=(\d+)/.exec(tracer === undefined ? '' : proc(tracer, 'cmdline')) ?? [];
  return delay === undefined ? null : Number(delay) / 1000;
}

export class DiskBrake {
  private attaching = false;
  private readonly host: HostDirectory;
  private readonly log: (line: string) => void;

  constructor(host: HostDirectory, log: (line: string) => void) {
    this.host = host;
    this.log = log;
  }

  /** Brings one step nearer to what the note asks for; called again and again. `pid`: etcd, when it runs. */
  look(pid: number | undefined): void {
    if (pid === undefined || this.attaching) return;
    const wanted = slowDiskOf(this.host);
    const tracer = tracerOf(pid);
    if (tracer === undefined) {
      if (wanted !== null) this.attach(pid, wanted);
    } else if (delayOf(pid) !== wanted) {
      // It lets go of the process, which runs on.
      const row = readProcess(tracer);
      if (row !== undefined) signal(row, 'SIGTERM');
    }
  }

  private attach(pid: number, delayMs: number): void {
    this.attaching = true;
    const tracer = spawn(tracerProgram, tracerArguments(pid, delayMs), {
      detached: true,
      stdio: 'ignore',
      env: toolEnvironment(),
    });
    const settled = (line: string) => {
      this.attaching = false;
      this.log(line);
    };
    tracer.once('spawn', () => setTimeout(() => settled(`fsync of pid ${pid} takes ${delayMs} ms longer`), attachMs));
    tracer.once('error', (error) => settled(`${tracerProgram}: ${error.message}`));
    tracer.unref();
  }
}

/** It has attached by then, or it has failed and the next look tries again. */
const attachMs = 1_000;
