/** The PostgreSQL of a pod, reached from this machine: what an `exec` of psql into the pod would reach. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import { currentWriter, type VolumeWriter } from '../controllers/kubelet/volume-writer.ts';
import type { Address } from '../controllers/postgres/wire.ts';
import { volumeRoots } from '../controllers/volume-roots.ts';

export interface PodName {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

interface RunningServer extends VolumeWriter {
  /** The directory of the volume that it writes to. */
  readonly directory: string;
}

/** Every PostgreSQL that runs for a pod of any cluster of this sandbox. */
function runningServers(context: SandboxContext): RunningServer[] {
  const roots = volumeRoots(context);
  return [roots.ebs, join(roots.ceph, 'images')].flatMap((root) =>
    list(root)
      .filter((entry) => entry.endsWith('.owner.json'))
      .map((entry) => join(root, entry.slice(0, -'.owner.json'.length)))
      .map((directory) => ({ writer: currentWriter(directory), directory }))
      .flatMap(({ writer, directory }) => (writer === undefined ? [] : [{ ...writer, directory }])),
  );
}

/** The server process of that pod, if one runs. */
export function podServer(context: SandboxContext, { cluster, namespace, name }: PodName): RunningServer | undefined {
  return runningServers(context).find(
    (server) => server.cluster === cluster && server.pod.namespace === namespace && server.pod.name === name,
  );
}

/** The server that writes to the volume with this handle, if one runs. */
export function findServer(context: SandboxContext, handle: string): RunningServer | undefined {
  return runningServers(context).find((server) => basename(server.directory) === handle);
}

/** Throws when no server runs for the pod. */
export function podDatabase(context: SandboxContext, pod: PodName, user = 'postgres', database = user): Address {
  const server = podServer(context, pod);
  if (server === undefined) throw new Error(`no PostgreSQL runs for pod ${pod.namespace}/${pod.name}`);
  return { socketDirectory: server.socketDirectory, user, database };
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
