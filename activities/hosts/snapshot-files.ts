import { createHash, type Hash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { parseExactJson } from '../etcd/exact-json.ts';
import { parseSnapshotRecord, recordKey, type SnapshotRecord } from '../etcd/snapshot-record.ts';
import type { ObjectStore } from '../objects/port.ts';
import { newestRevision } from './bolt-keys.ts';
import { etcdutl, type Host } from './host.ts';
import type { CheckSnapshotInput, SnapshotAddress } from './types.ts';

/** Longest that a restore of one snapshot may take, seconds; 8 GiB at 10 MB/s. */
const restoreLimitSeconds = 900;
/** Stays free on the disk of the scratch folder. */
const spareBytes = 256 * 2 ** 20;
/** A plan that nobody approved for so long is not carried out; its snapshot need not stay. */
const keptHours = 24;

export interface SnapshotStatus {
  readonly revision: number;
  readonly totalKeys: number;
  readonly version: string;
}

export function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The record beside a snapshot. Throws the refusals `no-etcd-snapshot` and `snapshot-broken`. */
export async function readRecord(store: ObjectStore, address: SnapshotAddress, signal?: AbortSignal) {
  const uri = `s3://${address.bucket}/${address.key}`;
  const text = await store.getText(address.bucket, recordKey(address.key), signal);
  if (text === null) throw new RekindleError('no-etcd-snapshot', `${uri} has no record beside it, or is not there`);
  try {
    return parseSnapshotRecord(text);
  } catch (cause) {
    throw new RekindleError('snapshot-broken', `the record of ${uri} cannot be read`, { cause });
  }
}

/** Streams the object into a file and compares its digest with the wanted one. A file that is there and right is left. */
export async function downloadSnapshot(
  store: ObjectStore,
  address: SnapshotAddress,
  sha256: string,
  file: string,
  signal: AbortSignal,
): Promise<number> {
  const uri = `s3://${address.bucket}/${address.key}`;
  const found = await store.download(address.bucket, address.key, signal);
  if (found === null) throw new RekindleError('no-etcd-snapshot', `${uri} is not there`);
  const hash = createHash('sha256');
  try {
    await pipeline(found.body, hashing(hash), createWriteStream(file, { mode: 0o600 }), { signal });
  } catch (cause) {
    rmSync(file, { force: true });
    if (signal.aborted) throw cause;
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new RekindleError(full ? 'restore-failed' : 'unavailable', `${uri} could not be copied to the host`, {
      cause,
    });
  }
  const digest = hash.digest('hex');
  if (digest !== sha256) {
    rmSync(file, { force: true });
    throw new RekindleError('snapshot-tampered', `${uri} has the digest ${digest}, its record says ${sha256}`, {
      details: { uri, digest, recorded: sha256 },
    });
  }
  return statSync(file).size;
}

/**
 * What `etcdutl snapshot status` tells of the file. Throws the refusal `snapshot-broken` when it is damaged or its trailer is missing.
 * It never looks at the hash in the trailer: that takes `tryRestore`.
 */
export async function readSnapshotStatus(host: Host, file: string, signal: AbortSignal): Promise<SnapshotStatus> {
  const { size } = statSync(file);
  if (size % 512 !== 32) {
    throw new RekindleError('snapshot-broken', `${size} bytes: the snapshot lacks the digest at its end`);
  }
  const answer = await etcdutl(host, ['snapshot', 'status', file, '--write-out=json'], restoreLimitSeconds, signal);
  if (answer.exitCode !== 0) throw new RekindleError('snapshot-broken', 'etcdutl snapshot status: the file is damaged');
  const status = parseExactJson(answer.stdout) as { revision?: number; totalKey?: number; version?: string };
  return { revision: status.revision ?? 0, totalKeys: status.totalKey ?? 0, version: status.version ?? '' };
}

/** Restores the file into a folder of its own, and removes that. Throws the refusal `snapshot-broken`. */
export async function tryRestore(host: Host, file: string, scratch: string, signal: AbortSignal): Promise<void> {
  const trial = join(scratch, 'trial');
  rmSync(trial, { recursive: true, force: true });
  try {
    const args = ['snapshot', 'restore', file, `--data-dir=${trial}`];
    const { exitCode } = await etcdutl(host, args, restoreLimitSeconds, signal);
    if (exitCode !== 0) throw new RekindleError('snapshot-broken', 'a trial restore by etcdutl failed');
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/**
 * Downloads and tries a snapshot in the scratch folder, which is empty again afterwards but for a file that is kept for a restore. A
 * snapshot that is kept is restored next on this host, beside the data and before anything is stopped; where its record tells that
 * these very bytes were looked through and tried when they were saved, that restore is trial enough.
 */
export async function checkSnapshot(
  host: Host,
  store: ObjectStore,
  { keep = false, ...address }: CheckSnapshotInput,
  signal: AbortSignal,
): Promise<SnapshotRecord> {
  const record = await readRecord(store, address, signal);
  const scratch = freshScratch(host, 'check');
  try {
    demandRoom(host, scratch, record);
    const file = join(scratch, 'snapshot.db');
    await downloadSnapshot(store, address, record.sha256, file, signal);
    const triedNext = keep && record.tried === true;
    const revision = triedNext ? await revisionOf(file) : (await readSnapshotStatus(host, file, signal)).revision;
    if (revision !== record.revision) {
      throw new RekindleError(
        'snapshot-tampered',
        `the snapshot is of revision ${revision}, its record says ${record.revision}`,
      );
    }
    if (!triedNext) await tryRestore(host, file, scratch, signal);
    if (keep) keepSnapshot(host, file, record.sha256);
    return record;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function revisionOf(file: string): Promise<number> {
  try {
    return await newestRevision(file);
  } catch (cause) {
    throw new RekindleError('snapshot-broken', 'the file is no whole database', { cause });
  }
}

/** The download and a trial restore of it must leave room: a full disk would take the host's own etcd with it. */
function demandRoom(host: Host, folder: string, { bytes, key }: SnapshotRecord): void {
  const { bavail, bsize } = statfsSync(folder);
  const needed = bytes * 2 + spareBytes;
  if (bavail * bsize >= needed) return;
  throw new RekindleError(
    'host-not-ready',
    `${host.settings.host}: ${key} and its trial need ${Math.ceil(needed / 2 ** 20)} MiB in ${host.settings.scratch}, there are ` +
      `${Math.floor((bavail * bsize) / 2 ** 20)} MiB`,
  );
}

function keptFolder(host: Host): string {
  return join(host.settings.scratch, 'kept');
}

/** A snapshot of that digest which a check left on this host; null when there is none. Nobody but root and the agent gets at it. */
export function keptSnapshot(host: Host, sha256: string): string | null {
  const file = join(keptFolder(host), `${sha256}.db`);
  return existsSync(file) ? file : null;
}

export function dropKeptSnapshots(host: Host): void {
  rmSync(keptFolder(host), { recursive: true, force: true });
}

/** At most one is kept on a host: a restore has the cluster to itself, and what an earlier one left is of no use. */
function keepSnapshot(host: Host, file: string, sha256: string): void {
  dropKeptSnapshots(host);
  mkdirSync(keptFolder(host), { recursive: true, mode: 0o700 });
  renameSync(file, join(keptFolder(host), `${sha256}.db`));
}

/** A folder of its own for each use, because a repeat may begin before the earlier try has ended. */
export function freshScratch(host: Host, purpose: string): string {
  const own = join(host.settings.scratch, String(process.pid));
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(own, `${purpose}-`));
}

/** Removes what agents left that were killed, and a kept snapshot whose restore never came. */
export function clearScratch(host: Host, now = Date.now()): void {
  if (!existsSync(host.settings.scratch)) return;
  for (const name of readdirSync(host.settings.scratch)) {
    if (!/^\d+$/.test(name) || existsSync(`/proc/${name}`)) continue;
    rmSync(join(host.settings.scratch, name), { recursive: true, force: true });
  }
  const kept = keptFolder(host);
  if (existsSync(kept) && now - statSync(kept).mtimeMs > keptHours * 3_600_000) {
    rmSync(kept, { recursive: true, force: true });
  }
}
