/**
 * A PostgreSQL server on a volume's directory. Invariants:
 * 1. One server a directory: whoever wrote to it before is dead before the next one starts.
 * 2. A data directory is complete or absent: it is copied beside its place and renamed.
 * 3. The server outlives this process; `<directory>.owner.json` leads back to it.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRunning, listProcesses, readProcess } from '../../processes/process-identity.ts';
import { processTree, signal } from '../../processes/process-tree.ts';
import { waitFor } from '../../processes/wait-for.ts';
import {
  currentWriter,
  forgetWriter,
  recordedWriter,
  recordWriter,
  type VolumeWriter,
} from '../kubelet/volume-writer.ts';
import { asUser, databaseUser } from './run-as.ts';

const run = promisify(execFile);

export interface ServerRequest {
  /** The volume's directory. */
  readonly directory: string;
  readonly cluster: string;
  readonly pod: VolumeWriter['pod'];
  /** The superuser's name, used when the directory is still empty. */
  readonly user: string;
}

export interface ServerPlace {
  /** The directory of `postgres`, `initdb` and `psql`. */
  readonly binaries: string;
  readonly logs: string;
  /** Where fresh data directories are kept to be copied. */
  readonly templates: string;
  /** Marks the process and its children as the sandbox's. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Small and quick to start; data checksums on, so that damage shows. */
const settings = [
  'listen_addresses=',
  'shared_buffers=16MB',
  'max_connections=20',
  'max_wal_senders=0',
  'wal_level=minimal',
  'min_wal_size=4MB',
  'max_wal_size=64MB',
  'jit=off',
  'max_worker_processes=2',
  'max_parallel_workers=0',
  'logging_collector=off',
];

export function dataDirectory(directory: string): string {
  return join(directory, 'pgdata');
}

/** A Unix socket's path may have 107 bytes at most, and state directories can be longer. */
export function socketDirectory(directory: string): string {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(realpathSync(tmpdir()), `rekindle-pg-${digest}`);
}

/** Starts the server unless the pod's own one runs already. Returns once the process is there; it may still be recovering. */
export async function startServer(place: ServerPlace, request: ServerRequest): Promise<VolumeWriter> {
  const writer = currentWriter(request.directory);
  if (writer?.pod.uid === request.pod.uid) return writer;
  await killServer(request.directory);
  const user = databaseUser();
  const data = dataDirectory(request.directory);
  if (!existsSync(join(data, 'PG_VERSION'))) await initialize(place, request);
  if (user !== undefined && statSync(data).uid !== user.uid)
    await run('chown', ['-R', `${user.uid}:${user.gid}`, data]);
  // A copy of a running server's directory names that server's process: it is none of ours.
  rmSync(join(data, 'postmaster.pid'), { force: true });
  const sockets = socketDirectory(request.directory);
  mkdirSync(sockets, { recursive: true, mode: 0o755 });
  if (user !== undefined) chownSync(sockets, user.uid, user.gid);
  rmSync(join(sockets, '.s.PGSQL.5432'), { force: true });
  rmSync(join(sockets, '.s.PGSQL.5432.lock'), { force: true });

  mkdirSync(place.logs, { recursive: true });
  const log = openSync(join(place.logs, `postgresql-${request.pod.namespace}-${request.pod.name}.log`), 'a');
  const options = settings.flatMap((setting) => ['-c', setting]);
  const program = join(place.binaries, 'postgres');
  const line = asUser(user, [data, program], program, ['-D', data, '-k', sockets, ...options]);
  const child = spawn(line.command, line.args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: `${place.binaries}:/usr/bin:/bin`, LANG: 'C.UTF-8', ...place.environment },
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  const pid = child.pid ?? 0;
  const started: VolumeWriter = {
    pid,
    startTime: readProcess(pid)?.startTime ?? '',
    kind: 'postgresql',
    cluster: request.cluster,
    pod: request.pod,
    socketDirectory: sockets,
  };
  recordWriter(request.directory, started);
  return started;
}

const templates = new Map<string, Promise<string>>();

/** `initdb` costs seconds of a processor, a copy of what it once made does not: each superuser's template is made once. */
async function initialize(place: ServerPlace, { directory, user: superuser }: ServerRequest): Promise<void> {
  const making = templates.get(superuser) ?? makeTemplate(place, superuser);
  templates.set(superuser, making);
  making.catch(() => templates.delete(superuser));
  const scratch = join(directory, 'pgdata.part');
  await rm(scratch, { recursive: true, force: true });
  await run('cp', ['-a', await making, scratch]);
  await rename(scratch, dataDirectory(directory));
}

async function makeTemplate(place: ServerPlace, superuser: string): Promise<string> {
  const initdb = join(place.binaries, 'initdb');
  const { mtimeMs, size } = statSync(join(place.binaries, 'postgres'));
  const key = createHash('sha256')
    .update(`${superuser} ${place.binaries} ${mtimeMs} ${size}`)
    .digest('hex')
    .slice(0, 16);
  const template = join(place.templates, key);
  if (existsSync(template)) return template;
  const scratch = `${template}.part`;
  await rm(scratch, { recursive: true, force: true });
  mkdirSync(place.templates, { recursive: true });
  mkdirSync(scratch, { mode: 0o700 });
  const user = databaseUser();
  if (user !== undefined) chownSync(scratch, user.uid, user.gid);
  const options = ['--no-sync', '--data-checksums', '--wal-segsize=1', '--encoding=UTF8', '--locale=C', '--auth=trust'];
  const line = asUser(user, [scratch, initdb], initdb, ['-D', scratch, '-U', superuser, ...options]);
  await run(line.command, line.args, {
    cwd: '/',
    env: { PATH: `${place.binaries}:/usr/bin:/bin`, ...place.environment },
  });
  await rename(scratch, template);
  return template;
}

/** Fast shutdown: open transactions are rolled back, everything is written. Killed after `graceMs`. */
export async function stopServer(directory: string, graceMs: number): Promise<void> {
  const writer = currentWriter(directory);
  if (writer !== undefined) {
    signal(writer, 'SIGINT');
    await waitFor('PostgreSQL to shut down', () => !isRunning(writer), { timeoutMs: graceMs, intervalMs: 50 }).catch(
      () => undefined,
    );
  }
  await killServer(directory);
}

/** What a lost device or a lost machine does to it. Returns when neither the server nor a child of it runs. */
export async function killServer(directory: string): Promise<void> {
  const writer = currentWriter(directory);
  if (writer !== undefined) {
    const segments = sharedMemory(writer.pid);
    const members = processTree(listProcesses(), writer.pid);
    for (const row of members) signal(row, 'SIGKILL');
    await waitFor('the end of PostgreSQL', () => !members.some(isRunning), { timeoutMs: 60_000, intervalMs: 20 });
    // The kernel keeps the segment that guards a data directory when its server was killed.
    for (const segment of segments) await run('ipcrm', ['-m', segment]).catch(() => undefined);
  }
  const sockets = recordedWriter(directory)?.socketDirectory ?? socketDirectory(directory);
  forgetWriter(directory);
  rmSync(sockets, { recursive: true, force: true });
}

/** The ids of the System V segments that a process has mapped; the kernel shows them as `/SYSV<key>` with the id as inode. */
function sharedMemory(pid: number): string[] {
  try {
    const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
    return lines.filter((line) => line.includes('/SYSV')).map((line) => line.split(/\s+/)[4] ?? '');
  } catch {
    return [];
  }
}
