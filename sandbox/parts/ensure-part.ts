import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsCacheDirectory } from '../environment.ts';
import { withLock } from '../processes/exclusive-lock.ts';
import { type LocatedPart, type PartName, PartSource, partVersions } from './catalogue.ts';
import { downloadRelease } from './download-release.ts';
import type { Report } from './recipe.ts';
import { recipes } from './recipes.ts';

export type { Report } from './recipe.ts';

function cacheDirectory(name: PartName): string {
  return join(partsCacheDirectory(), `${name}-${partVersions[name]}`);
}

/** Written last: a directory without it is the rest of an attempt that was interrupted. */
function completeMark(name: PartName): string {
  return join(cacheDirectory(name), '.complete');
}

function located(name: PartName, path: string, source: PartSource): LocatedPart {
  return { name, version: partVersions[name], path, source };
}

function cached(name: PartName): LocatedPart | undefined {
  const path = join(cacheDirectory(name), recipes[name].entry);
  return existsSync(completeMark(name)) && existsSync(path) ? located(name, path, PartSource.cache) : undefined;
}

async function obtain(name: PartName, report: Report): Promise<LocatedPart> {
  const recipe = recipes[name];
  const directory = cacheDirectory(name);
  const path = join(directory, recipe.entry);
  const began = Date.now();
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const label = `${name} ${partVersions[name]}`;
  const downloaded = recipe.release !== undefined && (await downloadRelease(label, recipe.release, path, report));
  if (!downloaded) {
    const why = recipe.release === undefined ? '' : ' (its official release cannot be reached)';
    report(`${label}: not on this machine, not in the cache; making it now${why}`);
    await recipe.build(directory, report);
  }
  if (!existsSync(path)) throw new Error(`${label} was made, but ${recipe.entry} is not there`);
  writeFileSync(completeMark(name), `${new Date().toISOString()}\n`);
  report(`${label}: ready after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return located(name, path, downloaded ? PartSource.download : PartSource.build);
}

const found = new Map<PartName, Promise<LocatedPart>>();

async function find(name: PartName, report: Report): Promise<LocatedPart> {
  const known = cached(name);
  const installed = await recipes[name].findInstalled();
  if (installed) return located(name, installed, PartSource.path);
  if (known) return known;
  mkdirSync(partsCacheDirectory(), { recursive: true });
  const lock = join(partsCacheDirectory(), `.lock-${name}`);
  const onWait = (pid: number) => report(`${name}: another sandbox (pid ${pid}) is getting it; waiting`);
  return withLock(lock, onWait, async () => cached(name) ?? (await obtain(name, report)));
}

/**
 * The part, ready to run: from PATH (only in the wanted version), else from the cache, else downloaded from the official
 * release, else built from source. Says through `report` which of them happens. Calls at the same time, also from other
 * processes, wait for each other.
 */
export function ensurePart(name: PartName, report: Report = () => {}): Promise<LocatedPart> {
  const running = found.get(name);
  if (running) return running;
  const search = find(name, report);
  found.set(name, search);
  search.catch(() => found.delete(name));
  return search;
}
