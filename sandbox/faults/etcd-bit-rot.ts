/** Bits of a member's db file that turn while the member runs, as a bad disk or memory turns them: nothing complains by itself. */
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HostDirectory } from '../hosts/host-directory.ts';

/** An object that nobody writes, so that its page stays where it is; its uid is text of a fixed length. */
const key = Buffer.from('/registry/namespaces/kube-public');
/** After the key, mvccpb.KeyValue has its create revision: field 2, a varint. In the keys of Kubernetes' own values nothing like it follows. */
const afterKey = 0x10;
const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const valueBytes = 1024;

interface Turned {
  /** Of the file: a restore brings another one. */
  readonly inode: number;
  readonly bytes: readonly { readonly at: number; readonly was: number }[];
}

const databaseOf = (host: HostDirectory) => join(host.etcd, 'member', 'snap', 'db');
const noteOf = (host: HostDirectory) => join(host.dir, 'etcd-turned-bits.json');

/** Turns a bit in the uid of a namespace: from then on this member gives another answer than the others. */
export function turnBits(host: HostDirectory): void {
  if (turnedIn(host) !== null) return;
  const data = readFileSync(databaseOf(host));
  const bytes = placesIn(data).map((at) => ({ at, was: data.readUInt8(at) }));
  if (bytes.length === 0) throw new Error(`${host.name}: the db file does not hold ${key.toString()}`);
  const turned: Turned = { inode: statSync(databaseOf(host)).ino, bytes };
  writeFileSync(noteOf(host), JSON.stringify(turned));
  overwrite(
    host,
    bytes.map(({ at, was }) => ({ at, value: was ^ 1 })),
  );
}

/** Whether there was anything to turn back: not where the member has other data by now. */
export function turnBitsBack(host: HostDirectory): boolean {
  const turned = turnedIn(host);
  rmSync(noteOf(host), { force: true });
  if (turned === null) return false;
  overwrite(
    host,
    turned.bytes.map(({ at, was }) => ({ at, value: was })),
  );
  return true;
}

function placesIn(data: Buffer): number[] {
  const places: number[] = [];
  for (let at = data.indexOf(key); at >= 0; at = data.indexOf(key, at + key.length)) {
    const end = at + key.length;
    const found = uid.exec(data.toString('latin1', end, end + valueBytes));
    if (data[end] === afterKey && found !== null) places.push(end + found.index);
  }
  return places;
}

function turnedIn(host: HostDirectory): Turned | null {
  const [note, database] = [noteOf(host), databaseOf(host)];
  if (!existsSync(note) || !existsSync(database)) return null;
  const turned = JSON.parse(readFileSync(note, 'utf8')) as Turned;
  if (statSync(database).ino !== turned.inode) return null;
  const file = openSync(database, 'r');
  try {
    const now = Buffer.alloc(1);
    const all = turned.bytes.every(({ at, was }) => readSync(file, now, 0, 1, at) === 1 && now[0] === (was ^ 1));
    return all ? turned : null;
  } finally {
    closeSync(file);
  }
}

/** In place: etcd maps the file into its memory, so what it reads next is what is written here. */
function overwrite(host: HostDirectory, changes: readonly { readonly at: number; readonly value: number }[]): void {
  const file = openSync(databaseOf(host), 'r+');
  try {
    for (const { at, value } of changes) writeSync(file, Buffer.from([value]), 0, 1, at);
  } finally {
    closeSync(file);
  }
}
