import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordKey, type SnapshotRecord } from '../../../activities/etcd/snapshot-record.ts';
import { newestRevision, readKeys } from '../../../activities/hosts/bolt-keys.ts';
import type { Host } from '../../../activities/hosts/host.ts';
import { checkSnapshot, clearScratch, keptSnapshot } from '../../../activities/hosts/snapshot-files.ts';
import type { ObjectStore } from '../../../activities/objects/port.ts';
import { loadAgentSettings } from '../../../config/agent.ts';
import { etcdFile } from '../../worlds/etcd-file.ts';

const { signal } = new AbortController();
const address = { region: 'us-east-1', bucket: 'b', key: 'etcd/prod/snapshots/2026-01-01T00-00-00Z-aaaaaaaa.db' };
const bytes = Buffer.concat([
  etcdFile([
    { key: '/registry/pods/default/one', revision: 40 },
    { key: '/registry/pods/default/two', revision: 41 },
  ]),
  Buffer.alloc(32, 7),
]);
const sha256 = createHash('sha256').update(bytes).digest('hex');
let folder: string;
let host: Host;

/** An etcdutl that notes what it was asked and knows one revision. */
const etcdutl = `#!/bin/sh
echo "$2" >> "$(dirname "$0")/asked"
[ "$2" = status ] && echo '{"revision": 41, "totalKey": 5, "version": "3.6.0"}'
exit 0
`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekindle-snapshots-'));
  writeFileSync(join(folder, 'etcdutl'), etcdutl, { mode: 0o755 });
  writeFileSync(
    join(folder, 'agent.yaml'),
    `{cluster: prod, host: prod-1, scratch: scratch, tools: {etcdutl: ${join(folder, 'etcdutl')}}}`,
  );
  host = { settings: loadAgentSettings(join(folder, 'agent.yaml')), environment: { PATH: process.env.PATH ?? '' } };
});
afterEach(() => rmSync(folder, { recursive: true }));

const record = (given: Partial<SnapshotRecord> = {}) =>
  ({
    version: 1,
    cluster: 'prod',
    takenAt: '',
    key: address.key,
    bytes: bytes.length,
    sha256,
    revision: 41,
    totalKeys: 5,
    etcdVersion: '3.6.0',
    clusterId: '1',
    members: [],
    encryptionKeys: [],
    tried: true,
    ...given,
  }) as unknown as SnapshotRecord;

const store = (given: Partial<SnapshotRecord> = {}) =>
  ({
    getText: async (_bucket: string, key: string) =>
      key === recordKey(address.key) ? JSON.stringify(record(given)) : null,
    download: async () => ({ body: Readable.from([bytes.subarray(0, 500), bytes.subarray(500)]), bytes: bytes.length }),
  }) as unknown as ObjectStore;

const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
const left = () => readdirSync(join(folder, 'scratch', String(process.pid)));

describe('the check of a snapshot on a host', () => {
  it('leaves the file for the restore that comes next, which is trial enough for bytes that were tried before', async () => {
    await checkSnapshot(host, store(), { ...address, keep: true }, signal);
    expect(existsSync(join(folder, 'asked'))).toBe(false);
    expect(readFileSync(keptSnapshot(host, sha256) ?? '')).toEqual(bytes);
    expect(left()).toEqual([]);
  });

  it('tries it by a restore when the record does not tell that it was tried, or when no restore comes next', async () => {
    await checkSnapshot(host, store({ tried: false }), { ...address, keep: true }, signal);
    await checkSnapshot(host, store(), address, signal);
    expect(asked()).toEqual(['status', 'restore', 'status', 'restore']);
  });

  it('downloads it anew each time and keeps one at most', async () => {
    mkdirSync(join(folder, 'scratch', 'kept'), { recursive: true });
    writeFileSync(join(folder, 'scratch', 'kept', 'earlier.db'), '');
    await checkSnapshot(host, store(), { ...address, keep: true }, signal);
    expect(readdirSync(join(folder, 'scratch', 'kept'))).toEqual([`${sha256}.db`]);
  });

  it.each([
    ['snapshot-tampered', 'other bytes than its record tells', { sha256: 'a'.repeat(64) }],
    ['snapshot-tampered', 'another revision than its record tells', { revision: 42 }],
    ['host-not-ready', 'more bytes than there is room for', { bytes: 1e15 }],
  ] as const)('ends as %s, and keeps nothing, for %s', async (code, _what, given) => {
    const checking = checkSnapshot(host, store(given), { ...address, keep: true }, signal);
    await expect(checking).rejects.toMatchObject({ code });
    expect(keptSnapshot(host, sha256)).toBeNull();
    expect(left()).toEqual([]);
  });
});

it('an agent that starts removes a kept snapshot whose restore has not come for a day', async () => {
  await checkSnapshot(host, store(), { ...address, keep: true }, signal);
  clearScratch(host);
  expect(keptSnapshot(host, sha256)).not.toBeNull();
  const kept = join(folder, 'scratch', 'kept');
  const old = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(kept, old, old);
  clearScratch(host);
  expect(existsSync(kept)).toBe(false);
});

describe('the file of a snapshot', () => {
  const written = (content: Buffer) => {
    const file = join(folder, 'some.db');
    writeFileSync(file, content);
    return file;
  };

  it('tells the revision of its last change, and its keys with theirs', async () => {
    expect(await newestRevision(written(bytes))).toBe(41);
    expect([...(await readKeys(written(bytes), '/registry/pods/'))]).toEqual([
      ['/registry/pods/default/one', 40],
      ['/registry/pods/default/two', 41],
    ]);
  });

  it('tells nothing when its pages are damaged', async () => {
    await expect(newestRevision(written(Buffer.alloc(bytes.length, 7)))).rejects.toThrow('neither meta page is whole');
    await expect(newestRevision(written(bytes.subarray(0, bytes.length - 4_200)))).rejects.toThrow('ends within');
  });
});
