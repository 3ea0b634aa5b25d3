/** The copies of a volume in use: nothing of its owner moves while it is copied. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VolumeDirectories } from '../../sandbox/aws/volumes.ts';
import { readProcess } from '../../sandbox/processes/process-identity.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';

let root: string;
let directories: VolumeDirectories;
let owner: ChildProcess;

/**
 * Like a database: a parent, and a child in a session of its own that writes every number into many files, one after the other.
 * At any moment each file's number is that of the file before it, or one less.
 */
const program = `
  const { spawn } = require('node:child_process');
  const { openSync, writeSync } = require('node:fs');
  if (process.argv[2] === 'child') {
    const files = Array.from({ length: 40 }, (_, f) => openSync(process.argv[1] + '/' + String(f).padStart(2, '0'), 'w'));
    for (let n = 1; ; n += 1) for (const file of files) writeSync(file, String(n).padStart(9, '0'), 0);
  } else {
    spawn(process.execPath, ['-e', process.env.PROGRAM, process.argv[1], 'child'], { detached: true, stdio: 'ignore' });
    setInterval(() => {}, 1000);
  }
`;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'volume-data-'));
  directories = new VolumeDirectories(root);
  mkdirSync(directories.volume('vol-1'), { recursive: true });
  owner = spawn(process.execPath, ['-e', program, directories.volume('vol-1')], {
    stdio: 'ignore',
    env: { ...process.env, PROGRAM: program },
  });
  const pid = owner.pid ?? 0;
  writeFileSync(directories.ownerFile('vol-1'), JSON.stringify({ pid, startTime: readProcess(pid)?.startTime }));
  await waitFor('the first files', () => readdirSync(directories.volume('vol-1')).length === 40, { timeoutMs: 60_000 });
});

afterEach(() => {
  const child = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && readProcess(Number(pid))?.parent === owner.pid,
  );
  for (const pid of child) process.kill(Number(pid), 'SIGKILL');
  owner.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const numbers = (directory: string) =>
  readdirSync(directory)
    .sort()
    .map((name) => Number(readFileSync(join(directory, name), 'utf8')));

it('is what a power cut would have left, every time', async () => {
  for (let round = 0; round < 8; round += 1) {
    await directories.createSnapshot(`snap-${round}`, 'vol-1');
    const copied = numbers(directories.snapshot(`snap-${round}`));
    expect(copied.length).toBe(40);
    const drops = copied.filter((n, index) => index > 0 && n !== copied[index - 1]);
    expect(drops.length, `one place at most where the writer was: ${copied}`).toBeLessThanOrEqual(1);
    expect((copied[0] ?? 0) - (copied[39] ?? 0)).toBeLessThanOrEqual(1);
  }
});

it('leaves the owner running', async () => {
  await directories.createSnapshot('snap-1', 'vol-1');
  const before = numbers(directories.volume('vol-1'))[0] ?? 0;
  await waitFor('the owner to write on', () => (numbers(directories.volume('vol-1'))[0] ?? 0) > before, {
    timeoutMs: 5_000,
  });
});

it('leaves the owner running when the copy fails', async () => {
  writeFileSync(join(root, 'snapshots'), 'a file where the directory should be');
  await expect(directories.createSnapshot('snap-1', 'vol-1')).rejects.toThrow();
  const before = numbers(directories.volume('vol-1'))[0] ?? 0;
  await waitFor('the owner to write on', () => (numbers(directories.volume('vol-1'))[0] ?? 0) > before, {
    timeoutMs: 5_000,
  });
});

it('releases an owner that a killed front left standing still', async () => {
  process.kill(owner.pid ?? 0, 'SIGSTOP');
  await directories.releaseOwners();
  const running = () => !/\) [Tt] /.test(readFileSync(`/proc/${owner.pid}/stat`, 'utf8'));
  await waitFor('the owner to go on', running, { timeoutMs: 5_000 });
});
