import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../../sandbox/processes/exclusive-lock.ts';
import { isRunning, type ProcessRow, readProcess } from '../../../sandbox/processes/process-identity.ts';
import { endProcessTree, processTree } from '../../../sandbox/processes/process-tree.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';

function row(pid: number, parent: number, session: number): ProcessRow {
  return { pid, parent, session, startTime: '1', zombie: false };
}

describe('processTree', () => {
  const rows = [row(1, 0, 1), row(10, 1, 10), row(11, 10, 10), row(12, 11, 12), row(13, 1, 10), row(20, 1, 20)];

  test('holds children of children, those with a session of their own, and orphans of the session', () => {
    expect(processTree(rows, 10).map(({ pid }) => pid)).toEqual([10, 11, 12, 13]);
  });

  test('holds no stranger', () => {
    expect(processTree(rows, 20).map(({ pid }) => pid)).toEqual([20]);
  });
});

describe('endProcessTree', () => {
  test('ends a process that ignores SIGTERM, and its child', async () => {
    const script = 'trap "" TERM; sleep 300 & while :; do sleep 0.1; done';
    const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
    const leader = await waitFor('the child', () => readProcess(child.pid ?? -1), { timeoutMs: 2_000 });
    await endProcessTree(leader, 200);
    expect(isRunning(leader)).toBe(false);
  });
});

describe('isRunning', () => {
  test('another process with the same pid is not it', () => {
    const self = readProcess(process.pid);
    expect(self && isRunning(self)).toBe(true);
    expect(isRunning({ pid: process.pid, startTime: '1' })).toBe(false);
  });
});

describe('withLock', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'rekindle-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('the lock of a process that died is taken over', async () => {
    const file = join(dir, 'lock');
    writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
    expect(
      await withLock(
        file,
        () => {},
        async () => 'done',
      ),
    ).toBe('done');
  });

  test('a second holder waits for the first, and is told whom it waits for', async () => {
    const file = join(dir, 'lock');
    const order: string[] = [];
    let release = (): void => {};
    const first = withLock(
      file,
      () => {},
      async () => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        order.push('first');
      },
    );
    const waitedFor: number[] = [];
    const second = withLock(
      file,
      (pid) => waitedFor.push(pid),
      async () => order.push('second'),
    );
    await waitFor('the second to wait', () => waitedFor.length > 0, { timeoutMs: 2_000 });
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(waitedFor).toEqual([process.pid]);
  });
});

describe('waitFor', () => {
  test('an error of the condition counts as not yet, and is named when the time is over', async () => {
    const never = waitFor('the answer', () => Promise.reject(new Error('refused')), { timeoutMs: 20, intervalMs: 5 });
    await expect(never).rejects.toThrow('the answer: not within 20 ms (refused)');
  });

  test('gives up at once when there is no hope', async () => {
    const hopeless = waitFor('the answer', () => false, { timeoutMs: 60_000, giveUp: () => 'the process ended' });
    await expect(hopeless).rejects.toThrow('the answer: the process ended');
  });
});
