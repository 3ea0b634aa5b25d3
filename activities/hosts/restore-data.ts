/**
 * The data of a member, exchanged and put back. Invariants:
 * 1. Old data is renamed, never deleted, and stays on its file system.
 * 2. Nothing is renamed unless etcd is proved stopped on this host at that moment.
 * 3. Each function finds out from the folders how far it came before, so that a kill at any point is continued.
 * 4. The token goes from the bucket to etcdutl; answers name it by digest only.
 *
 * <data dir>/member                               what etcd opens
 * <data dir>/rekindle-<recovery>/restored/member  made from the snapshot, not yet in use
 * <data dir>/rekindle-<recovery>/before-<time>/member   the old data
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { ObjectStore } from '../objects/port.ts';
import type { Pace } from '../pace.ts';
import { dataDirectory, etcdutl, firstUrl, type Host, manifestOf } from './host.ts';
import { proveStopped } from './pods.ts';
import { downloadSnapshot, dropKeptSnapshots, keptSnapshot } from './snapshot-files.ts';
import type { DataFolder, PrepareDataInput, PreparedData, SwappedData } from './types.ts';

const restoreLimitSeconds = 900;

interface Layout {
  readonly member: string;
  readonly folder: string;
  readonly restored: string;
  readonly restoredMember: string;
  readonly marker: string;
}

function layoutOf(host: Host, recoveryId: string): Layout {
  const directory = dataDirectory(host);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const folder = join(directory, `rekindle-${recoveryId}`);
  const restored = join(folder, 'restored');
  return {
    member: join(directory, 'member'),
    folder,
    restored,
    restoredMember: join(restored, 'member'),
    marker: join(folder, 'prepared.json'),
  };
}

/** The folder that holds the old data, once a swap has begun. */
function beforeFolder(folder: string): string | null {
  if (!existsSync(folder)) return null;
  const found = readdirSync(folder).find((name) => name.startsWith('before-'));
  return found === undefined ? null : join(folder, found);
}

/** The `member` folder that a recovery moved aside on this host; null when it moved none. Nobody writes to it any more. */
export function oldMember(host: Host, recoveryId: string): string | null {
  const before = beforeFolder(join(dataDirectory(host), `rekindle-${recoveryId}`));
  return before === null ? null : join(before, 'member');
}

export async function prepareData(
  host: Host,
  store: ObjectStore,
  input: PrepareDataInput,
  pace: Pace,
): Promise<PreparedData> {
  const layout = layoutOf(host, input.recoveryId);
  const began = pace.now();
  const token = await store.getText(input.snapshot.bucket, input.tokenKey, pace.signal());
  if (token === null) throw new RekindleError('restore-failed', 'the token of this attempt is not in the bucket');
  const tokenDigest = createHash('sha256').update(token).digest('hex').slice(0, 16);
  const wanted = { sha256: input.sha256, tokenDigest, bumpRevision: input.bumpRevision };
  const known = readMarker(layout.marker);
  if (known !== null && known.sha256 === input.sha256 && known.tokenDigest === tokenDigest) {
    if (existsSync(layout.restoredMember) || beforeFolder(layout.folder) !== null) {
      return { bytes: known.bytes, tokenDigest, seconds: 0 };
    }
  }
  rmSync(layout.restored, { recursive: true, force: true });
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  // The check before the plan may have left it here, with the digest of the plan; etcdutl compares the digest inside once more.
  const kept = keptSnapshot(host, input.sha256);
  const file = kept ?? join(layout.folder, 'snapshot.db');
  if (kept === null) {
    pace.report('downloading the snapshot');
    await downloadSnapshot(store, input.snapshot, input.sha256, file, pace.signal());
  }
  const { size: bytes } = statSync(file);
  pace.report('restoring it beside the data');
  const { flags } = manifestOf(host, 'etcd').pod;
  const { exitCode } = await etcdutl(
    host,
    [
      ...['snapshot', 'restore', file, `--data-dir=${layout.restored}`],
      `--name=${flags.name ?? ''}`,
      `--initial-cluster=${input.initialCluster.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',')}`,
      `--initial-cluster-token=${token.trim()}`,
      `--initial-advertise-peer-urls=${firstUrl(flags['initial-advertise-peer-urls'])}`,
      ...[`--bump-revision=${input.bumpRevision}`, '--mark-compacted'],
    ],
    restoreLimitSeconds,
    pace.signal(),
  );
  if (exitCode !== 0 || !existsSync(layout.restoredMember)) {
    rmSync(layout.restored, { recursive: true, force: true });
    throw new RekindleError('restore-failed', `${host.settings.host}: etcdutl snapshot restore ended with ${exitCode}`);
  }
  rmSync(file, { force: true });
  writeFileSync(layout.marker, `${JSON.stringify({ ...wanted, bytes })}\n`, { mode: 0o600 });
  return { bytes, tokenDigest, seconds: (pace.now() - began) / 1000 };
}

interface Marker {
  readonly sha256: string;
  readonly tokenDigest: string;
  readonly bytes: number;
}

function readMarker(file: string): Marker | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Marker;
  } catch {
    return null;
  }
}

/** Takes away what was prepared and never used. */
export function dropPreparedData(host: Host, recoveryId: string): string {
  const { folder, restored, marker } = layoutOf(host, recoveryId);
  dropKeptSnapshots(host);
  if (beforeFolder(folder) !== null) return `${folder} holds old data and stays`;
  for (const path of [restored, marker, folder]) rmSync(path, { recursive: true, force: true });
  return `${folder} is gone`;
}

export async function swapData(host: Host, recoveryId: string, pace: Pace): Promise<SwappedData> {
  const layout = layoutOf(host, recoveryId);
  const { member, folder, restoredMember } = layout;
  const old = beforeFolder(folder);
  if (old !== null && !existsSync(restoredMember)) return swapped(member, old); // done before
  if (!existsSync(restoredMember)) {
    throw new RekindleError('restore-failed', `${host.settings.host}: no restored data in ${layout.restored}`);
  }
  await proveStopped(host, ['etcd'], pace);
  const before = old ?? newBeforeFolder(folder, pace);
  if (existsSync(member) && !existsSync(join(before, 'member'))) renameSync(member, join(before, 'member'));
  renameSync(restoredMember, member);
  for (const path of [before, folder, join(member, '..')]) syncFolder(path);
  return swapped(member, before);
}

function newBeforeFolder(folder: string, pace: Pace): string {
  const before = join(folder, `before-${new Date(pace.now()).toISOString().replaceAll(':', '-')}`);
  mkdirSync(before, { recursive: true, mode: 0o700 });
  return before;
}

/** Moves the data aside with nothing in its place, for a member that joins anew. Null when the host had none. */
export async function setAsideData(host: Host, recoveryId: string, pace: Pace): Promise<DataFolder | null> {
  const { member, folder } = layoutOf(host, recoveryId);
  await proveStopped(host, ['etcd'], pace);
  const before = beforeFolder(folder) ?? newBeforeFolder(folder, pace);
  const aside = join(before, 'member');
  if (existsSync(member) && !existsSync(aside)) renameSync(member, aside);
  for (const path of [before, folder, join(member, '..')]) syncFolder(path);
  return existsSync(aside) ? describeFolder(aside) : null;
}

function swapped(member: string, before: string): SwappedData {
  const old = join(before, 'member');
  return { before: existsSync(old) ? describeFolder(old) : null, now: describeFolder(member) };
}

/** The old data comes back to its place; what was restored goes. Proved by the inode, which only a rename keeps. */
export async function putBackData(host: Host, recoveryId: string, pace: Pace): Promise<string> {
  const layout = layoutOf(host, recoveryId);
  const { member, folder, restoredMember, restored } = layout;
  const before = beforeFolder(folder);
  if (before === null) return `${host.settings.host}: the data was never moved`;
  const old = join(before, 'member');
  const swapDone = !existsSync(restoredMember);
  await proveStopped(host, ['etcd'], pace);
  if (existsSync(old)) {
    const { inode } = describeFolder(old);
    if (swapDone && existsSync(member)) {
      mkdirSync(restored, { recursive: true, mode: 0o700 });
      renameSync(member, restoredMember);
    }
    renameSync(old, member);
    if (describeFolder(member).inode !== inode) {
      throw new RekindleError('restore-failed', `${host.settings.host}: ${member} is not the old data`);
    }
  } else if (swapDone && existsSync(layout.marker)) {
    // Restored data lies where none was before: then there is none again. Where nothing was restored, an attempt before put the old back.
    mkdirSync(restored, { recursive: true, mode: 0o700 });
    if (existsSync(member)) renameSync(member, restoredMember);
  }
  for (const path of [folder, join(member, '..')]) syncFolder(path);
  rmSync(before, { recursive: true, force: true });
  return existsSync(member)
    ? `${host.settings.host}: the old data is in place, inode ${describeFolder(member).inode}`
    : `${host.settings.host}: without data, as before`;
}

function describeFolder(path: string): DataFolder {
  return { path, inode: statSync(path).ino, bytes: bytesBelow(path) };
}

function bytesBelow(path: string): number {
  return readdirSync(path, { withFileTypes: true }).reduce(
    (sum, entry) =>
      sum + (entry.isDirectory() ? bytesBelow(join(path, entry.name)) : statSync(join(path, entry.name)).size),
    0,
  );
}

function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
