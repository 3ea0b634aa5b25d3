/**
 * A stand-in for Ceph's block devices: an image is a directory below `root`, a snapshot a copy of one. No cloud behind it. The
 * handles have the shape that ceph-csi gives them.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CreatedSnapshot, type StorageDriver, StorageError } from '../csi/storage-driver.ts';
import { currentWriter } from '../kubelet/volume-writer.ts';
import { copyAtOneInstant } from './directory-copy.ts';
import { cephDriver } from './driver-names.ts';

interface Record {
  readonly sizeBytes: number;
  readonly createdAt: string;
}

/** Cluster id length and id, pool id, and a UUID that follows from the name: a repeated request gives the same handle. */
function handleFor(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return `0001-0009-rook-ceph-0000000000000002-${uuid}`;
}

export function createRbdDriver(root: string): StorageDriver {
  const image = (handle: string): string => join(root, 'images', handle);
  const snapshot = (handle: string): string => join(root, 'snapshots', handle);

  async function writeRecord(path: string, record: Record): Promise<void> {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(`${path}.json.part`, JSON.stringify(record));
    await rename(`${path}.json.part`, `${path}.json`);
  }

  async function readRecord(path: string): Promise<Record | undefined> {
    if (!existsSync(path) || !existsSync(`${path}.json`)) return undefined;
    return JSON.parse(await readFile(`${path}.json`, 'utf8')) as Record;
  }

  async function remove(path: string): Promise<void> {
    await rm(`${path}.json`, { force: true });
    await rm(path, { recursive: true, force: true });
  }

  async function findSnapshot(handle: string): Promise<CreatedSnapshot | undefined> {
    const record = await readRecord(snapshot(handle));
    return record && { handle, createdAt: new Date(record.createdAt), sizeBytes: record.sizeBytes, ready: true };
  }

  return {
    name: cephDriver,

    async createVolume(request) {
      const handle = handleFor(request.name);
      const path = image(handle);
      if ((await readRecord(path)) === undefined) {
        if (request.snapshotHandle === undefined) await mkdir(path, { recursive: true });
        else if (existsSync(snapshot(request.snapshotHandle))) {
          await rm(path, { recursive: true, force: true });
          await copyAtOneInstant(snapshot(request.snapshotHandle), path, undefined);
        } else throw new StorageError('NotFound', `snapshot ${request.snapshotHandle} not found`);
        await writeRecord(path, { sizeBytes: request.sizeBytes, createdAt: new Date().toISOString() });
      }
      return { handle, sizeBytes: request.sizeBytes, zone: undefined };
    },

    deleteVolume: (handle) => remove(image(handle)),

    async attach(handle) {
      if (!existsSync(image(handle))) throw new StorageError('NotFound', `image of ${handle} not found`);
      return {};
    },

    async detach() {},

    async createSnapshot(name, sourceHandle) {
      const handle = handleFor(name);
      const source = image(sourceHandle);
      const earlier = await findSnapshot(handle);
      if (earlier !== undefined) return earlier;
      const record = await readRecord(source);
      if (record === undefined) throw new StorageError('NotFound', `image of ${sourceHandle} not found`);
      await rm(snapshot(handle), { recursive: true, force: true });
      await copyAtOneInstant(source, snapshot(handle), currentWriter(source));
      await writeRecord(snapshot(handle), { sizeBytes: record.sizeBytes, createdAt: new Date().toISOString() });
      return { handle, createdAt: new Date(), sizeBytes: record.sizeBytes, ready: true };
    },

    findSnapshot,

    deleteSnapshot: (handle) => remove(snapshot(handle)),

    async directoryOn(handle) {
      return existsSync(image(handle)) ? image(handle) : undefined;
    },
  };
}
