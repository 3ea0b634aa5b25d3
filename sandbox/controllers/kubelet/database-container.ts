/** The container of a database pod: its PostgreSQL on the volume's directory, and whether it answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { release } from '../../aws/frozen-processes.ts';
import { databaseAnnotation } from '../../cluster/kwok-stages.ts';
import { isRunning } from '../../processes/process-identity.ts';
import type { KubernetesApi } from '../kubernetes/kubernetes-api.ts';
import { dataDirectory, killServer, type ServerPlace, startServer, stopServer } from '../postgres/postgres-server.ts';
import { Acceptance, probe, query } from '../postgres/wire.ts';
import { publishExecTarget } from './exec-target.ts';
import { containerEnvironment, databaseIdentity } from './pod-environment.ts';
import type { ContainerPhase } from './pod-status.ts';
import { currentWriter, recordedWriter } from './volume-writer.ts';

export interface DatabaseContainerOptions {
  readonly api: KubernetesApi;
  readonly cluster: string;
  readonly place: ServerPlace;
  /** Where volumes' directories are, to find servers that an earlier process started. */
  readonly roots: readonly string[];
}

interface Server {
  readonly user: string;
  readonly database: string;
  readonly startedAt: string;
  databaseMade: boolean;
  ready: boolean;
  /** Probes in a row that were not answered. */
  misses: number;
}

/** The failureThreshold of a readiness probe by default: one late answer makes no pod unready. */
const missesAllowed = 3;

export class DatabaseContainer {
  readonly #options: DatabaseContainerOptions;
  /** By directory. */
  readonly #servers = new Map<string, Server>();

  constructor(options: DatabaseContainerOptions) {
    this.#options = options;
  }

  /** The directory of the server that an earlier process started for this pod. */
  adopted(podUid: string): string | undefined {
    return this.#recorded().find((directory) => recordedWriter(directory)?.pod.uid === podUid);
  }

  /**
   * For a new process: ends the servers of this cluster whose pod is not among `living`, and lets those go on that an earlier process
   * held still for a copy below `copied`.
   */
  async takeOver(living: ReadonlySet<string>, copied: string): Promise<void> {
    for (const directory of this.#recorded()) {
      const writer = recordedWriter(directory);
      if (writer?.cluster !== this.#options.cluster) continue;
      if (!living.has(writer.pod.uid)) await killServer(directory);
      else if (directory.startsWith(`${copied}/`) && isRunning(writer)) release(writer.pid);
    }
  }

  #recorded(): string[] {
    return this.#options.roots.flatMap((root) => {
      try {
        const files = readdirSync(root).filter((name) => name.endsWith('.owner.json'));
        return files.map((name) => join(root, name.slice(0, -'.owner.json'.length)));
      } catch {
        return [];
      }
    });
  }

  runs(directory: string, podUid: string): boolean {
    return currentWriter(directory)?.pod.uid === podUid;
  }

  async stop(directory: string, podUid: string, graceMs: number): Promise<void> {
    this.#servers.delete(directory);
    // Another pod may have taken the volume over meanwhile: its server is not ours to end.
    if (recordedWriter(directory)?.pod.uid === podUid) await stopServer(directory, graceMs);
  }

  /** Starts what is missing and tells how the container is. `volumeName` is the pod volume that holds the data. */
  async run(pod: V1Pod, directory: string, volumeName: string): Promise<ContainerPhase> {
    const kind = pod.metadata?.annotations?.[databaseAnnotation];
    if (kind !== 'postgresql') return { phase: 'creating', message: `no database of kind ${kind} here` };
    const writer = recordedWriter(directory);
    const ours = writer?.pod.uid === pod.metadata?.uid;
    // A server that was killed with its volume's attachment is forgotten on disk: what is remembered here is no longer true.
    const known = ours ? this.#servers.get(directory) : undefined;
    if (known !== undefined && writer !== undefined && !isRunning(writer)) {
      this.#servers.delete(directory);
      return { phase: 'crashed', exitCode: 1, finishedAt: new Date().toISOString(), message: 'PostgreSQL ended' };
    }
    const server = known ?? (await this.#start(pod, directory, volumeName));
    const socketDirectory = recordedWriter(directory)?.socketDirectory ?? '';
    const running = { phase: 'running', startedAt: server.startedAt } as const;
    const acceptance = await probe({ socketDirectory, user: server.user, database: 'postgres' });
    if (acceptance === Acceptance.accepting) {
      if (!server.databaseMade) await this.#ensureDatabase(socketDirectory, server);
      server.misses = 0;
      server.ready = true;
    } else if (!isHeldStill(recordedWriter(directory))) {
      server.misses += 1;
      if (server.misses >= missesAllowed) server.ready = false;
    }
    return { ...running, ready: server.ready, message: server.ready ? undefined : `PostgreSQL is ${acceptance}` };
  }

  async #start(pod: V1Pod, directory: string, volumeName: string): Promise<Server> {
    const { api, cluster, place } = this.#options;
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const containers = pod.spec?.containers ?? [];
    const container =
      containers.find((entry) => entry.volumeMounts?.some((mount) => mount.name === volumeName)) ?? containers[0];
    const environment = container === undefined ? {} : await containerEnvironment(api, pod, container);
    const { user, database } = databaseIdentity(environment);
    const writer = await startServer(place, { directory, cluster, user, pod: { namespace, name, uid } });
    await publishExecTarget(api, pod, {
      ...environment,
      PATH: `${place.binaries}:/usr/local/bin:/usr/bin:/bin`,
      PGHOST: writer.socketDirectory,
      PGPORT: '5432',
      PGUSER: user,
      PGDATABASE: database,
      PGDATA: dataDirectory(directory),
    });
    const server = {
      user,
      database,
      startedAt: new Date().toISOString(),
      databaseMade: database === 'postgres',
      ready: false,
      misses: 0,
    };
    this.#servers.set(directory, server);
    return server;
  }

  async #ensureDatabase(socketDirectory: string, server: Server): Promise<void> {
    const address = { socketDirectory, user: server.user, database: 'postgres' };
    const rows = await query(
      address,
      `SELECT 1 FROM pg_database WHERE datname = '${server.database.replaceAll("'", "''")}'`,
    );
    if (rows.length === 0) await query(address, `CREATE DATABASE "${server.database.replaceAll('"', '""')}"`);
    server.databaseMade = true;
  }
}

/** True while somebody copies the volume: the server answers nothing and is well. */
function isHeldStill(writer: { readonly pid: number } | undefined): boolean {
  try {
    const stat = readFileSync(`/proc/${writer?.pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] === 'T';
  } catch {
    return false;
  }
}
