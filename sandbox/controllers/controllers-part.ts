/** The cluster's controllers as a part of the sandbox. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureKubeconfig } from '../cluster/cluster-directory.ts';
import type { SandboxContext } from '../context.ts';
import { ensurePart } from '../parts/ensure-part.ts';
import { deathNotice, ensureProcess, nodeProgram, runningProcess, stopProcess } from '../processes/detached-process.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { recordedWriter } from './kubelet/volume-writer.ts';
import { stopServer } from './postgres/postgres-server.ts';
import { volumeRoots } from './volume-roots.ts';

const program = new URL('./main.ts', import.meta.url).pathname;

/** Holds the pid of the process once it has read everything. */
export function readyFile(context: SandboxContext, cluster: string): string {
  return context.path('controllers', cluster, 'ready');
}

function isReady(context: SandboxContext, cluster: string, pid: number | undefined): boolean {
  try {
    return readFileSync(readyFile(context, cluster), 'utf8').trim() === `${pid}`;
  } catch {
    return false;
  }
}

/** Every directory of a volume that a server of this cluster writes to. */
function directoriesInUse(context: SandboxContext, cluster: string): string[] {
  const roots = volumeRoots(context);
  return [roots.ebs, join(roots.ceph, 'images')]
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((name) => join(root, name)))
    .filter((path) => path.endsWith('.owner.json'))
    .map((path) => path.slice(0, -'.owner.json'.length))
    .filter((directory) => recordedWriter(directory)?.cluster === cluster);
}

/** Nodes from instances, the storage drivers, and the databases in pods. */
export function controllersPart(cluster: string): ManagedPart {
  const name = `${cluster}-controllers`;
  return {
    name,
    dependsOn: [`${cluster}-control-plane`, 'aws-front'],

    async start(context) {
      const kubeconfig = await ensureKubeconfig(context, cluster, 'sandbox-controllers', {
        commonName: 'system:sandbox:controllers',
        organizations: ['system:masters'],
      });
      const { path: postgresql } = await ensurePart('postgresql', context.report);
      mkdirSync(dirname(readyFile(context, cluster)), { recursive: true });
      const { record } = await ensureProcess(context, {
        name,
        ...nodeProgram(program, [context.dir, cluster, kubeconfig, postgresql]),
        env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
      });
      await waitFor(name, () => isReady(context, cluster, record.pid), {
        timeoutMs: 60_000,
        giveUp: () => deathNotice(context, name),
      });
    },

    async health(context) {
      const record = runningProcess(context, name);
      const mend = 'npm run sandbox -- up';
      if (!record) return { state: PartState.stopped, mend };
      if (!isReady(context, cluster, record.pid)) {
        return { state: PartState.degraded, pid: record.pid, detail: 'has not read the cluster yet', mend };
      }
      return { state: PartState.running, pid: record.pid };
    },

    async stop(context) {
      // Held still, it starts no database anew; the databases end in good order; then it may be killed at any point.
      const record = runningProcess(context, name);
      if (record) process.kill(record.pid, 'SIGSTOP');
      await Promise.all(directoriesInUse(context, cluster).map((directory) => stopServer(directory, 5_000)));
      if (record) process.kill(record.pid, 'SIGKILL');
      await stopProcess(context, name, 3_000);
      rmSync(readyFile(context, cluster), { force: true });
    },

    async wipe(context) {
      rmSync(context.path('controllers', cluster), { recursive: true, force: true });
      rmSync(volumeRoots(context).ceph, { recursive: true, force: true });
    },
  };
}
