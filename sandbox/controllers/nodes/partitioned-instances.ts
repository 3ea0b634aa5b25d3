/** Which instances are cut off from the API server while EC2 finds them well: a list of ids in the state directory. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function partitionedFile(stateDirectory: string, cluster: string): string {
  return join(stateDirectory, 'controllers', cluster, 'partitioned.json');
}

export function readPartitioned(file: string): Set<string> {
  try {
    return new Set(JSON.parse(readFileSync(file, 'utf8')) as string[]);
  } catch {
    return new Set();
  }
}

export function writePartitioned(file: string, ids: Iterable<string>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify([...ids])}\n`);
  renameSync(`${file}.part`, file);
}
