import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { standingTestSandbox } from '../../sandbox/environment.ts';
import { openSandbox, type UpOptions } from '../../sandbox/sandbox.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The state directory of the sandbox that the tests share. */
    sandboxDirectory: string;
  }
}

/**
 * One sandbox for all files of a project, in a fresh directory, gone without a trace afterwards; or the one that
 * REKINDLE_TEST_SANDBOX names, which is left running.
 */
export async function shareSandbox(project: TestProject, options: UpOptions): Promise<() => Promise<void>> {
  const standing = standingTestSandbox();
  const dir = standing ?? (await mkdtemp(join(tmpdir(), 'rekindle-sandbox-')));
  const sandbox = openSandbox(dir, (line) => console.log(`sandbox: ${line}`));
  const teardown = async (): Promise<void> => {
    if (standing) return;
    await sandbox.down();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await sandbox.up(options);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('sandboxDirectory', dir);
  return teardown;
}

export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return shareSandbox(project, {});
}
