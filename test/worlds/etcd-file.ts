/** A database of etcd as bbolt lays it out, small: two meta pages, the bucket `key` as a branch page with a leaf for each revision. */
const pageBytes = 4096;
const flags = { branch: 1, leaf: 2, meta: 4 } as const;

export function etcdFile(changes: readonly { readonly key: string; readonly revision: number }[]): Buffer {
  const firstLeaf = 4;
  const leaves = changes.map(({ key, revision }, index) =>
    leafPage(firstLeaf + index, [{ key: revisionBytes(revision), value: keyValue(key) }]),
  );
  const bucket = Buffer.alloc(16);
  bucket.writeBigUInt64LE(3n, 0);
  return Buffer.concat([
    metaPage(0, 1n),
    metaPage(1, 2n),
    leafPage(2, [{ key: Buffer.from('key'), value: bucket, bucket: true }]),
    branchPage(
      3,
      changes.map((_change, index) => firstLeaf + index),
    ),
    ...leaves,
  ]);
}

function pageOf(id: number, kind: number, count: number): Buffer {
  const page = Buffer.alloc(pageBytes);
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(kind, 8);
  page.writeUInt16LE(count, 10);
  return page;
}

function metaPage(id: number, transaction: bigint): Buffer {
  const page = pageOf(id, flags.meta, 0);
  const body = page.subarray(16);
  body.writeUInt32LE(0xed0cdaed, 0);
  body.writeUInt32LE(2, 4);
  body.writeUInt32LE(pageBytes, 8);
  body.writeBigUInt64LE(2n, 16);
  body.writeBigUInt64LE(transaction, 48);
  let sum = 0xcbf29ce484222325n;
  for (const byte of body.subarray(0, 56)) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
  body.writeBigUInt64LE(sum, 56);
  return page;
}

function branchPage(id: number, children: readonly number[]): Buffer {
  const page = pageOf(id, flags.branch, children.length);
  for (const [index, child] of children.entries()) page.writeBigUInt64LE(BigInt(child), 16 + index * 16 + 8);
  return page;
}

interface LeafEntry {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly bucket?: boolean;
}

function leafPage(id: number, entries: readonly LeafEntry[]): Buffer {
  const page = pageOf(id, flags.leaf, entries.length);
  let free = 16 + entries.length * 16;
  for (const [index, { key, value, bucket = false }] of entries.entries()) {
    const at = 16 + index * 16;
    page.writeUInt32LE(bucket ? 1 : 0, at);
    page.writeUInt32LE(free - at, at + 4);
    page.writeUInt32LE(key.length, at + 8);
    page.writeUInt32LE(value.length, at + 12);
    key.copy(page, free);
    value.copy(page, free + key.length);
    free += key.length + value.length;
  }
  return page;
}

/** Main revision, an underscore, the number within its transaction. */
function revisionBytes(revision: number): Buffer {
  const bytes = Buffer.alloc(17);
  bytes.writeBigUInt64BE(BigInt(revision), 0);
  bytes.write('_', 8);
  return bytes;
}

/** The first field of mvccpb.KeyValue. */
function keyValue(key: string): Buffer {
  return Buffer.concat([Buffer.from([0x0a, key.length]), Buffer.from(key)]);
}
