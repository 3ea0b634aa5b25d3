import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, isExecutable } from './installed-program.ts';
import type { Report } from './recipe.ts';
import { runTool } from './run-tool.ts';

const modules = new URL('./modules/', import.meta.url).pathname;
// The same flags on every machine, so that Go's own build cache makes the second build of a part a matter of seconds.
const stripped = '-s -w';

function goTool(): string {
  const usual = '/usr/local/go/bin/go';
  const go = findOnPath('go') ?? (isExecutable(usual) ? usual : undefined);
  if (!go)
    throw new Error('Go is needed to build this part from source: install Go 1.26 or newer and run the command again');
  return go;
}

/** Builds a package of one of the modules in `modules/`, which pin what it is built from. */
export async function buildFromModule(
  module: string,
  goPackage: string,
  target: string,
  task: string,
  report: Report,
  linkerFlags = '',
): Promise<void> {
  const scratch = `${target}.build`;
  await runTool(
    goTool(),
    ['build', '-trimpath', '-ldflags', `${stripped}${linkerFlags && ` ${linkerFlags}`}`, '-o', scratch, goPackage],
    { cwd: join(modules, module), env: { GOFLAGS: '' }, task, report },
  );
  renameSync(scratch, target);
}

/** Builds a published command as `go install` does: from its own module at that version. */
export async function buildCommand(
  goPackage: string,
  version: string,
  directory: string,
  task: string,
  report: Report,
): Promise<void> {
  const scratch = join(directory, '.build');
  mkdirSync(scratch, { recursive: true });
  const args = ['install', '-trimpath', '-ldflags', stripped, `${goPackage}@v${version}`];
  await runTool(goTool(), args, { env: { GOBIN: scratch, GOFLAGS: '' }, task, report });
  const name = goPackage.split('/').at(-1) ?? '';
  renameSync(join(scratch, name), join(directory, name));
}

/** The directory in which Go keeps the source of that module, after fetching it. */
export async function moduleDirectory(module: string, version: string): Promise<string> {
  const output = await runTool(goTool(), ['mod', 'download', '-json', `${module}@v${version}`]);
  const { Dir } = JSON.parse(output) as { Dir?: string };
  if (!Dir) throw new Error(`Go did not say where ${module} is`);
  return Dir;
}
