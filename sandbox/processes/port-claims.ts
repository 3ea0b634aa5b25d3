/**
 * Who chose which port. A port that nothing listens on at the moment may still be another sandbox's: one whose part has not started
 * yet, or is stopped by a fault and wants to come back. Every sandbox of this user writes down its own, in one directory.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './exclusive-lock.ts';

/** No younger claim is removed: it may be half written, and its port may not stand in its owner's file yet. */
const settledMs = 60_000;

export class PortClaims {
  readonly #directory: string;
  #pruned: Promise<void> | undefined;

  /** `directory` is shared by all who must not take each other's ports. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Claims the port for `owner`, the file in which it is going to stand (a `state.json`). False when it is claimed already, by `owner` or
   * by another.
   */
  async claim(port: number, owner: string): Promise<boolean> {
    this.#pruned ??= this.#prune();
    await this.#pruned;
    try {
      writeFileSync(this.#file(port), owner, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
  }

  /** True when the port is `owner`'s, from before or from now on. */
  async keep(port: number, owner: string): Promise<boolean> {
    return (await this.claim(port, owner)) || this.#ownerOf(port) === owner;
  }

  /** Lets go of the port if it is `owner`'s. */
  release(port: number, owner: string): void {
    if (this.#ownerOf(port) === owner) rmSync(this.#file(port), { force: true });
  }

  #file(port: number): string {
    return join(this.#directory, `${port}`);
  }

  #ownerOf(port: number): string | undefined {
    try {
      return readFileSync(this.#file(port), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return undefined;
    }
  }

  /**
   * Removes the claims of sandboxes that are gone. Nobody takes over a claim that exists, and one process at a time removes, so what is
   * removed is what was looked at.
   */
  async #prune(): Promise<void> {
    mkdirSync(this.#directory, { recursive: true });
    const lock = join(this.#directory, 'lock');
    const nobodyToTell = (): void => {};
    await withLock(lock, nobodyToTell, async () => {
      const settled = Date.now() - settledMs;
      for (const entry of readdirSync(this.#directory)) {
        const port = Number(entry);
        if (!Number.isInteger(port)) continue;
        const claimed = statSync(this.#file(port), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
        if (claimed > settled) continue;
        const owner = this.#ownerOf(port);
        if (owner !== undefined && !standsIn(owner, port)) rmSync(this.#file(port), { force: true });
      }
    });
  }
}

function standsIn(file: string, port: number): boolean {
  try {
    const { ports } = JSON.parse(readFileSync(file, 'utf8')) as { ports?: Record<string, number> };
    return Object.values(ports ?? {}).includes(port);
  } catch (error) {
    // A file that is there and cannot be read says nothing against its claim.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
