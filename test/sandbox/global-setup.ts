/**
 * One sandbox for all `*.sandbox.test.ts`, in a fresh directory, gone without a trace afterwards; or the one that
 * REKINDLE_TEST_SANDBOX names, which is left running.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { standingTestSandbox } from '../../sandbox/environment.ts';
import { openSandbox } from '../../sandbox/sandbox.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The state directory of the sandbox that the tests share. */
    sandboxDirectory: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const standing = standingTestSandbox();
  const dir = standing ?? (await mkdtemp(join(tmpdir(), 'rekindle-sandbox-')));
  const sandbox = openSandbox(dir, (line) => console.log(`sandbox: ${line}`));
  const teardown = async (): Promise<void> => {
    if (standing) return;
    await sandbox.down();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await sandbox.up();
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('sandboxDirectory', dir);
  return teardown;
}
