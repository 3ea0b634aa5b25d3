import { spawn } from 'node:child_process';
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failureConverterPath } from '../temporal/data-converter.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What a bundle is made of and by; also the lock file, which fixes the libraries in it. */
const sources = [
  'workflows',
  'errors',
  'package-lock.json',
  'worker/bundle-main.ts',
  relative(root, failureConverterPath),
];
/** Modules of interceptors that belong into every bundle of recoveries. */
export const workflowInterceptorModules = [join(root, 'workflows', 'recovery', 'summaries.ts')];
/** Older bundles are removed; a few stay for checkouts that go back and forth. */
const keptBundles = 6;
const longestBundlingMs = 60 * 60 * 1000;

export interface WorkflowBundleFile {
  readonly codePath: string;
  /** True when it was there already. */
  readonly cached: boolean;
}

export interface BundleRequest {
  /** Bundles are kept in `<cacheFolder>/workflow-bundles`. */
  readonly cacheFolder: string;
  /** Module whose exports are the workflows; default: those of Rekindle. */
  readonly workflowsPath?: string;
}

/**
 * The workflows as one file for the worker, made again only when something that it is made of changed: bundling takes seconds,
 * and a worker that was killed should be back at once. Calls at the same time are harmless: the file appears whole.
 */
export async function workflowBundle(request: BundleRequest): Promise<WorkflowBundleFile> {
  const workflowsPath = request.workflowsPath ?? join(root, 'workflows', 'index.ts');
  const folder = join(request.cacheFolder, 'workflow-bundles');
  const codePath = join(folder, `${contentHash(workflowsPath)}.js`);
  if (touched(codePath)) return { codePath, cached: true };
  mkdirSync(folder, { recursive: true });
  const scratch = `${codePath}.${process.pid}.${randomUUID()}.tmp`;
  await bundleInto(workflowsPath, scratch);
  renameSync(scratch, codePath);
  prune(folder);
  return { codePath, cached: false };
}

function bundleInto(workflowsPath: string, file: string): Promise<void> {
  const program = [join(root, 'bin', 'run.js'), join(root, 'worker', 'bundle-main.ts')];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...program, workflowsPath, file], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the workflows could not be bundled (exit code ${code}): ${said}`));
    });
  });
}

/** Hex SHA-256 over the names and contents of everything that the bundle is made of. */
export function contentHash(workflowsPath: string): string {
  const hash = createHash('sha256').update(process.versions.node);
  for (const source of sources) addTo(hash, join(root, source));
  hash.update(workflowsPath);
  if (!sources.includes(relative(root, dirname(workflowsPath)))) addTo(hash, dirname(workflowsPath));
  return hash.digest('hex').slice(0, 32);
}

function addTo(hash: Hash, path: string): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, join(path, name));
  } else {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  }
}

function touched(path: string): boolean {
  try {
    const now = new Date();
    utimesSync(path, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Removes what is no longer used: old bundles, and what a process left that was killed while it made one. */
export function prune(folder: string, now = Date.now()): void {
  const files = readdirSync(folder)
    .map((name) => ({
      path: join(folder, name),
      usedAt: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs,
    }))
    .filter((file): file is { path: string; usedAt: number } => file.usedAt !== undefined)
    .sort((left, right) => right.usedAt - left.usedAt);
  const old = files.filter(({ path }) => path.endsWith('.js')).slice(keptBundles);
  const abandoned = files.filter(({ path, usedAt }) => path.endsWith('.tmp') && now - usedAt > longestBundlingMs);
  for (const { path } of [...old, ...abandoned]) rmSync(path, { force: true });
}
