import { readFileSync } from 'node:fs';
import { isRunning } from '../processes/process-identity.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { HostDirectory } from './host-directory.ts';

/** One static pod's container as the host supervisor last saw it. Times are ISO 8601. */
export interface ContainerRecord {
  /** The container's name, which is also its pod's: `etcd`, `kube-apiserver`, ... */
  readonly name: string;
  /** 64 hexadecimal digits, a new one with each start. */
  readonly id: string;
  readonly image: string;
  readonly state: 'running' | 'exited';
  readonly attempt: number;
  readonly pid: number;
  readonly startTime: string;
  readonly startedAt: string;
  readonly exitCode?: number;
  readonly finishedAt?: string;
}

/** All containers of the host, newest attempt of each name; an empty list before the supervisor's first start. */
export function readContainers(host: HostDirectory): ContainerRecord[] {
  try {
    return JSON.parse(readFileSync(host.containersFile, 'utf8')) as ContainerRecord[];
  } catch {
    return [];
  }
}

/** The container of that name when its process runs, whatever the supervisor's file says. */
export function runningContainer(host: HostDirectory, name: string): ContainerRecord | undefined {
  return readContainers(host).find(
    (container) => container.name === name && container.state === 'running' && isRunning(container),
  );
}

export async function waitUntilContainerIsGone(host: HostDirectory, name: string, timeoutMs: number): Promise<void> {
  await waitFor(`the end of ${name} on ${host.name}`, () => runningContainer(host, name) === undefined, { timeoutMs });
}
