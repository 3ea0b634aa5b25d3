// Entry of every npm script: plain Node, so that it runs on a fresh clone. Installs the locked dependencies when they are
// missing or older than the lock file, then runs the wanted command from node_modules/.bin.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Rekindle needs Node >= 20.19, this is ${process.versions.node}. Install a newer Node and run the command again.`,
  );
  process.exit(1);
}

function run(command, args) {
  const outcome = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  if (outcome.error) throw outcome.error;
  return outcome.status ?? 1;
}

/** Whether everything that the lock file names is there in its version. What is optional may be for another platform. */
function installed() {
  try {
    const packages = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages;
    const there = packages('node_modules', '.package-lock.json');
    return Object.entries(packages('package-lock.json')).every(
      ([path, { version, optional }]) => path === '' || (there[path]?.version ?? (optional && version)) === version,
    );
  } catch {
    return false; // nothing was installed yet
  }
}

if (!installed()) {
  console.log('rekindle: installing the locked dependencies ...');
  const status = run('npm', ['ci', '--no-audit', '--no-fund']);
  if (status !== 0) process.exit(status);
}

const checks = [
  ['tsc', ['--noEmit']],
  ['biome', ['ci', '.']],
  ['vitest', ['run', '--project', 'unit']],
];
const [command, ...args] = process.argv.slice(2);
if (command === 'check') {
  for (const [tool, toolArgs] of checks) {
    const status = run(tool, toolArgs);
    if (status !== 0) process.exit(status);
  }
} else {
  process.exit(run(command, args));
}
