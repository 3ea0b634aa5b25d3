/**
 * One static pod's process. It leads its own session and outlives the supervisor, as containers outlive a kubelet: a new
 * supervisor adopts it by pid and start time.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { toolEnvironment } from '../environment.ts';
import { isRunning, readProcess } from '../processes/process-identity.ts';
import { endProcessTree } from '../processes/process-tree.ts';
import type { ContainerRecord } from './containers.ts';
import type { HostDirectory } from './host-directory.ts';
import type { StaticPod } from './static-pod.ts';

export interface StartedContainer {
  readonly record: ContainerRecord;
  /** Absent for an adopted process: it is no child of this supervisor. */
  readonly child?: ChildProcess;
}

export async function startContainer(
  host: HostDirectory,
  pod: StaticPod,
  attempt: number,
  binaries: string,
): Promise<StartedContainer> {
  mkdirSync(host.logs, { recursive: true });
  const [program = '', ...args] = pod.command;
  const log = openSync(join(host.logs, `${pod.name}.log`), 'a');
  const child = spawn(join(binaries, program), args, {
    cwd: host.dir,
    detached: true,
    stdio: ['ignore', log, log],
    env: toolEnvironment(),
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const record: ContainerRecord = {
    name: pod.name,
    id: randomBytes(32).toString('hex'),
    image: pod.image,
    state: 'running',
    attempt,
    pid,
    startTime: readProcess(pid)?.startTime ?? '',
    startedAt: new Date().toISOString(),
  };
  return { record, child };
}

/** SIGTERM, then SIGKILL after the pod's grace period. */
export async function endContainer(record: ContainerRecord, graceSeconds: number): Promise<void> {
  if (isRunning(record)) await endProcessTree(record, graceSeconds * 1000);
}
