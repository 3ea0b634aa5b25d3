// The TypeScript of a program as plain JavaScript, with the libraries that come in thousands of files joined in: a process that was
// killed must be back within a second or two, and loading file by file takes longer than that. Made anew when something that it
// is made of changed, and kept in node_modules/.cache, from where the libraries that stay outside are found.
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
const cache = join(root, 'node_modules', '.cache', 'rekindle', 'programs');
/** Older programs are removed; a few stay for checkouts that go back and forth, and for processes that still run. */
const kept = 12;
const longestMakingMs = 60 * 60 * 1000;
/** These stay outside: they carry native code, or find files of their own beside them. */
const outside = ['@temporalio/*', 'fastify', 'pino', 'tsx', 'esbuild', 'vite', 'vitest'];
/** The product imports neither the sandbox nor the tests, and the sandbox no tests: a change there makes no new program here. */
const beyond = { test: [], sandbox: ['test'] };

/**
 * The file to run in the place of `entry`, an absolute path of a TypeScript module of this repository; `import()` it or give it to
 * Node.js. A program appears whole, and of several processes that want the same one makes it. Null where the cache cannot be written.
 */
export async function programFor(entry) {
  const name = relative(root, realpathSync(entry));
  const folder = join(cache, contentHash(name));
  const file = join(folder, 'program.js');
  if (touched(folder)) return file;
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch {
    return null;
  }
  while (!existsSync(folder)) {
    if (await alone(`${folder}.maker`, () => make(join(root, name), folder))) break;
    await sleep(50);
  }
  return file;
}

async function make(entry, folder) {
  const scratch = `${folder}.${process.pid}.tmp`;
  try {
    await build(entry, scratch);
    renameSync(scratch, folder);
    prune();
  } catch (error) {
    if (!existsSync(folder)) throw error; // else one that was taken for dead has made it
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Does the work unless another living process is at it; whether it was done. */
async function alone(marker, work) {
  try {
    writeFileSync(marker, `${process.pid}`, { flag: 'wx' });
  } catch {
    if (!lives(marker)) rmSync(marker, { force: true });
    return false;
  }
  try {
    await work();
    return true;
  } finally {
    rmSync(marker, { force: true });
  }
}

function lives(marker) {
  try {
    const pid = Number(readFileSync(marker, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true; // a marker that is still empty was made this instant
  } catch {
    return false;
  }
}

async function build(entry, outdir) {
  const { build: bundle, stop } = await import('esbuild');
  await bundle({
    entryPoints: { program: entry },
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
    external: outside,
    banner: {
      js: "import { createRequire as $require } from 'node:module'; const require = $require(import.meta.url);",
    },
    plugins: [{ name: 'own-address', setup: keepAddresses }],
  });
  await stop(); // its service would stay as long as the program
}

/** A module of ours finds the files beside it by its own address, not by that of the program. */
function keepAddresses(build) {
  build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    if (path.includes('node_modules')) return undefined;
    const address = JSON.stringify(pathToFileURL(path).href);
    return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address), loader: 'ts' };
  });
}

/** Hex SHA-256 over what the program may be made of: the TypeScript here and the lock file, which fixes the libraries. */
function contentHash(name) {
  const hash = createHash('sha256').update([process.versions.node, root, name].join('\0'));
  hash.update(readFileSync(fileURLToPath(import.meta.url))).update(readFileSync(join(root, 'package-lock.json')));
  const skipped = new Set(['node_modules', ...(beyond[name.split(sep)[0]] ?? ['test', 'sandbox'])]);
  for (const folder of readdirSync(root, { withFileTypes: true })) {
    const { name: within } = folder;
    if (folder.isDirectory() && !within.startsWith('.') && !skipped.has(within)) addTo(hash, join(root, within));
  }
  return hash.digest('hex').slice(0, 32);
}

function addTo(hash, folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      addTo(hash, path);
    } else if (entry.name.endsWith('.ts')) {
      hash.update(path).update('\0').update(readFileSync(path)).update('\0');
    }
  }
}

function touched(folder) {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
    return true;
  } catch {
    return false;
  }
}

/** Removes what is no longer used: old programs, and what a process left that was killed while it made one. */
function prune() {
  const entries = readdirSync(cache)
    .map((name) => ({ name, usedAt: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now() }))
    .sort((left, right) => right.usedAt - left.usedAt);
  const old = entries.filter(({ name }) => !name.includes('.')).slice(kept);
  const abandoned = entries.filter(
    ({ name, usedAt }) => name.endsWith('.tmp') && Date.now() - usedAt > longestMakingMs,
  );
  for (const { name } of [...old, ...abandoned]) rmSync(join(cache, name), { recursive: true, force: true });
}
