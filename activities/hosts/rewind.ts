/**
 * What a return to a snapshot takes back: the keys of the snapshot against those of now, by names and revisions, never values. Reads
 * only; works in the scratch folder and empties it.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseExactJson } from '../etcd/exact-json.ts';
import type { ObjectStore } from '../objects/port.ts';
import type { Pace } from '../pace.ts';
import { readKeys } from './bolt-keys.ts';
import { dataDirectory, etcdctl, type Host } from './host.ts';
import { oldMember } from './restore-data.ts';
import { type Rewind, rewindOf } from './rewind-keys.ts';
import { downloadSnapshot, freshScratch, keptSnapshot } from './snapshot-files.ts';
import type { ReadRewindInput } from './types.ts';

const prefix = '/registry/';
/** Keys a question: their names and revisions must stay below what is kept of a program's output. */
const pageKeys = 5_000;

/** Null when neither a member answers nor the data of this host can be read. */
export async function readRewind(
  host: Host,
  store: ObjectStore,
  { snapshot, sha256, endpoints, movedAsideBy }: ReadRewindInput,
  pace: Pace,
): Promise<Rewind | null> {
  const now =
    movedAsideBy === undefined
      ? ((await liveKeys(host, endpoints, pace)) ?? (await ownKeys(host)))
      : await keysIn(oldMember(host, movedAsideBy), `the old data of ${host.settings.host}`);
  if (now === null) return null;
  const scratch = freshScratch(host, 'rewind');
  try {
    const kept = keptSnapshot(host, sha256);
    const file = kept ?? join(scratch, 'snapshot.db');
    if (kept === null) {
      pace.report('downloading the snapshot');
      await downloadSnapshot(store, snapshot, sha256, file, pace.signal());
    }
    pace.report('comparing its keys with those of now');
    return rewindOf(await readKeys(file, prefix), now.keys, now.basis);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface KeysOfNow {
  readonly keys: ReadonlyMap<string, number>;
  readonly basis: string;
}

/** Of a member that answers, also without a quorum. */
async function liveKeys(host: Host, endpoints: readonly string[], pace: Pace): Promise<KeysOfNow | null> {
  if (endpoints.length === 0) return null;
  const keys = new Map<string, number>();
  for (let from = prefix; ; ) {
    const range = ['get', from, '/registry0', '--keys-only', `--limit=${pageKeys}`, '--consistency=s', '-w', 'json'];
    const { exitCode, stdout } = await etcdctl(host, endpoints, range, 30, pace.signal());
    if (exitCode !== 0) return null;
    const page = parseExactJson(stdout) as { kvs?: { key: string; mod_revision: number }[]; more?: boolean };
    const kvs = page.kvs ?? [];
    for (const { key, mod_revision } of kvs) keys.set(Buffer.from(key, 'base64').toString(), mod_revision);
    const last = kvs.at(-1);
    // The last key of a page is the first of the next.
    if (!page.more || last === undefined) break;
    from = Buffer.from(last.key, 'base64').toString();
  }
  return { keys, basis: 'the members that answer' };
}

/** Of this host's data directory, as far as it can be read while the member is down. */
function ownKeys(host: Host): Promise<KeysOfNow | null> {
  const basis = `the data of ${host.settings.host}, without its latest writes`;
  return keysIn(join(dataDirectory(host), 'member'), basis);
}

async function keysIn(member: string | null, basis: string): Promise<KeysOfNow | null> {
  const file = join(member ?? '', 'snap', 'db');
  if (member === null || !existsSync(file)) return null;
  try {
    return { keys: await readKeys(file, prefix), basis };
  } catch {
    return null; // damaged, or written at this moment
  }
}
