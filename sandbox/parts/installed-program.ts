import { accessSync, constants, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { searchPath } from '../environment.ts';
import { runTool } from './run-tool.ts';

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first program of that name on PATH, with links resolved: PATH may hold this sandbox's own links. */
export function findOnPath(program: string): string | undefined {
  const path = searchPath()
    .map((dir) => join(dir, program))
    .find(isExecutable);
  return path && realpathSync(path);
}

/** A program on PATH whose version output names exactly the wanted version, `v1.2.3` or `1.2.3`. */
export async function findVersionOnPath(
  program: string,
  versionArgs: readonly string[],
  wanted: string,
): Promise<string | undefined> {
  const path = findOnPath(program);
  if (!path) return undefined;
  try {
    const output = await runTool(path, versionArgs, { timeoutMs: 60_000 });
    const exact = new RegExp(`(^|[^\\d.])v?${wanted.replaceAll('.', '\\.')}($|[^\\d.])`, 'm');
    return exact.test(output) ? path : undefined;
  } catch {
    return undefined;
  }
}
