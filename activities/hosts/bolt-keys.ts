/**
 * Which keys a db file of etcd holds, by names and revisions only: no value is read into anything that outlives a page. etcd's file
 * is a bbolt database: pages with a header of 16 bytes; two meta pages, of which the valid one with the higher transaction counts;
 * buckets as trees of branch and leaf pages. The bucket `key` has a revision for its keys and mvccpb.KeyValue for its values.
 * Only for a file that nobody writes: a snapshot, or the data of a member that is stopped.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { varint } from './varint.ts';

const header = 16;
const magic = 0xed0cdaed;
const flags = { branch: 0x01, leaf: 0x02, meta: 0x04 } as const;

interface Database {
  readonly file: FileHandle;
  readonly pageSize: number;
}

/** Whether the file begins as a whole database does: its meta page and its root can be read. */
export async function opensAsDatabase(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { pageSize, root } = await newestMeta(file);
      await readPage({ file, pageSize }, root);
      return true;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

/** Latest modification of every key below `prefix`. Throws on a file that is damaged. */
export async function readKeys(path: string, prefix: string): Promise<Map<string, number>> {
  return inBucketOfKeys(path, async (database, root) => {
    const keys = new Map<string, number>();
    for await (const entry of entries(database, root)) apply(keys, entry, prefix);
    return keys;
  });
}

/**
 * Revision of the last change in the file, as `etcdutl snapshot status` tells it, but by one page of each level of the tree. Throws on
 * a file that is damaged there.
 */
export async function newestRevision(path: string): Promise<number> {
  return inBucketOfKeys(path, async (database, root) => {
    for (let pageId = root; ; ) {
      const page = await readPage(database, pageId);
      const last = [...entriesOf(page, pageId)].at(-1);
      if (last === undefined) return 0;
      if ('child' in last) pageId = last.child;
      else return Number(last.key.readBigUInt64BE(0));
    }
  });
}

/** `use` gets the root page of the bucket that has all keys. */
async function inBucketOfKeys<T>(path: string, use: (database: Database, root: number) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    const { pageSize, root } = await newestMeta(file);
    const database = { file, pageSize };
    for await (const { key, value, bucket } of entries(database, root)) {
      if (bucket && key.toString() === 'key') return await use(database, Number(value.readBigUInt64LE(0)));
    }
    throw new Error('the file has no bucket of keys');
  } finally {
    await file.close();
  }
}

/** Revisions come in order, so that the last word on a key stays. */
function apply(keys: Map<string, number>, { key: revision, value }: Entry, prefix: string): void {
  if (revision.length < 17 || value[0] !== 0x0a) return;
  const [length, start] = varint(value, 1);
  const name = value.toString('utf8', start, start + length);
  if (!name.startsWith(prefix)) return;
  // The byte after the revision marks a deletion.
  if (revision.length > 17) keys.delete(name);
  else keys.set(name, Number(revision.readBigUInt64BE(0)));
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly bucket: boolean;
}

async function* entries(database: Database, pageId: number): AsyncGenerator<Entry> {
  const page = await readPage(database, pageId);
  for (const entry of entriesOf(page, pageId)) {
    if ('child' in entry) yield* entries(database, entry.child);
    else yield entry;
  }
}

/** Of one page: children of a branch, entries of a leaf, in the order of their keys. */
function* entriesOf(page: Buffer, pageId: number): Generator<Entry | { readonly child: number }> {
  const kind = page.readUInt16LE(8);
  const count = page.readUInt16LE(10);
  for (let index = 0; index < count; index += 1) {
    const at = header + index * 16;
    if ((kind & flags.branch) !== 0) {
      yield { child: Number(page.readBigUInt64LE(at + 8)) };
    } else if ((kind & flags.leaf) !== 0) {
      const keyAt = at + page.readUInt32LE(at + 4);
      const valueAt = keyAt + page.readUInt32LE(at + 8);
      const key = page.subarray(keyAt, valueAt);
      const value = page.subarray(valueAt, valueAt + page.readUInt32LE(at + 12));
      yield { key, value, bucket: (page.readUInt32LE(at) & 1) !== 0 };
    } else {
      throw new Error(`page ${pageId} is neither branch nor leaf`);
    }
  }
}

/** The page with the pages that it flows over into. */
async function readPage({ file, pageSize }: Database, pageId: number): Promise<Buffer> {
  const first = await readAt(file, pageId * pageSize, pageSize);
  if (Number(first.readBigUInt64LE(0)) !== pageId) throw new Error(`page ${pageId} is damaged`);
  const overflow = first.readUInt32LE(12);
  return overflow === 0 ? first : readAt(file, pageId * pageSize, (overflow + 1) * pageSize);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
  if (bytesRead < length) throw new Error(`the file ends within the page at ${position}`);
  return buffer;
}

/** The first meta page is at 0, the second after one page, whose size is that of the machine that made the file. */
async function newestMeta(file: FileHandle): Promise<{ pageSize: number; root: number }> {
  const found: { pageSize: number; root: number; transaction: bigint }[] = [];
  for (const position of [0, 4_096, 16_384, 65_536]) {
    const page = await readAt(file, position, 4_096).catch(() => null);
    if (page === null || (page.readUInt16LE(8) & flags.meta) === 0 || page.readUInt32LE(header) !== magic) continue;
    const body = page.subarray(header, header + 64);
    if (body.readBigUInt64LE(56) !== fnv1a(body.subarray(0, 56))) continue;
    found.push({
      pageSize: body.readUInt32LE(8),
      root: Number(body.readBigUInt64LE(16)),
      transaction: body.readBigUInt64LE(48),
    });
  }
  const [newest] = found.sort((left, right) => (left.transaction < right.transaction ? 1 : -1));
  if (newest === undefined) throw new Error('neither meta page is whole');
  return newest;
}

function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
