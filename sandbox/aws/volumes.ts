/**
 * The data of the volumes: a directory each, `<root>/volumes/<vol-id>/` and `<root>/snapshots/<snap-id>/`. Invariants:
 * 1. A directory under its final name is complete: copies are made beside it and renamed.
 * 2. A copy of a volume in use is what a power cut would have left: every process of its owner stands still (SIGSTOP) while it is
 *    copied, and goes on afterwards, also when the copy fails. A front that died in the middle releases them when it starts.
 * 3. Two copies of one volume do not overlap.
 *
 * The owner of a volume in use is recorded by whoever runs it in `<root>/volumes/<vol-id>.owner.json`.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRunning, readProcess } from '../processes/process-identity.ts';
import { frozen, release } from './frozen-processes.ts';

const run = promisify(execFile);

/** The main process of whatever writes to a volume. `startTime` (see ProcessRecord) guards against a reused pid. */
export interface VolumeOwner {
  readonly pid: number;
  readonly startTime?: string;
}

/** Moves the directory aside in one step, then removes it: a process may still write into it. */
async function remove(directory: string): Promise<void> {
  const aside = `${directory}.deleted`;
  try {
    await rename(directory, aside);
    await rm(aside, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') console.error(`${directory} could not be removed`, error);
  }
}

export class VolumeDirectories {
  private readonly root: string;
  private readonly busy = new Map<string, Promise<unknown>>();

  constructor(root: string) {
    this.root = root;
  }

  volume(id: string): string {
    return join(this.root, 'volumes', id);
  }

  snapshot(id: string): string {
    return join(this.root, 'snapshots', id);
  }

  ownerFile(volumeId: string): string {
    return join(this.root, 'volumes', `${volumeId}.owner.json`);
  }

  /** Makes the directory of a new volume: a copy of the snapshot's where there is one, else empty. Repeatable. */
  async createVolume(volumeId: string, snapshotId: string | undefined): Promise<void> {
    await this.copy(snapshotId === undefined ? undefined : this.snapshot(snapshotId), this.volume(volumeId));
  }

  /** Saves what the volume holds at this moment. */
  async createSnapshot(snapshotId: string, volumeId: string): Promise<void> {
    await this.inTurn(volumeId, async () => {
      const owner = await this.owner(volumeId);
      const copy = () => this.copy(this.volume(volumeId), this.snapshot(snapshotId));
      await (owner === undefined ? copy() : frozen(owner.pid, copy));
    });
  }

  async copySnapshot(snapshotId: string, sourceId: string): Promise<void> {
    await this.copy(this.snapshot(sourceId), this.snapshot(snapshotId));
  }

  /** Never fails: what could not be removed is said in the log, and is out of the way in any case. */
  async deleteVolume(volumeId: string): Promise<void> {
    await this.inTurn(volumeId, () => remove(this.volume(volumeId)));
  }

  async deleteSnapshot(snapshotId: string): Promise<void> {
    await remove(this.snapshot(snapshotId));
  }

  async wipe(): Promise<void> {
    for (const part of ['volumes', 'snapshots']) await rm(join(this.root, part), { recursive: true, force: true });
  }

  /** Lets processes go on that a front left standing still when it was killed. */
  async releaseOwners(): Promise<void> {
    const names = await readdir(join(this.root, 'volumes')).catch(() => []);
    for (const name of names.filter((entry) => entry.endsWith('.owner.json'))) {
      const owner = await this.owner(name.slice(0, -'.owner.json'.length));
      if (owner) release(owner.pid);
    }
  }

  private async owner(volumeId: string): Promise<VolumeOwner | undefined> {
    let owner: VolumeOwner;
    try {
      owner = JSON.parse(await readFile(this.ownerFile(volumeId), 'utf8')) as VolumeOwner;
    } catch {
      return undefined;
    }
    if (owner.startTime !== undefined)
      return isRunning({ pid: owner.pid, startTime: owner.startTime }) ? owner : undefined;
    return readProcess(owner.pid) ? owner : undefined;
  }

  private async copy(source: string | undefined, target: string): Promise<void> {
    const scratch = `${target}.part`;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    if (source !== undefined) {
      await mkdir(source, { recursive: true });
      await run('cp', ['-a', '--reflink=auto', `${source}/.`, scratch]);
    }
    await rm(target, { recursive: true, force: true });
    await rename(scratch, target);
  }

  private inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.busy.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.busy.set(key, settled);
    void settled.then(() => {
      if (this.busy.get(key) === settled) this.busy.delete(key);
    });
    return mine;
  }
}
