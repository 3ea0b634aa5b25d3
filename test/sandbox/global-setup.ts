/** One sandbox for all `*.sandbox.test.ts`, in a fresh directory, gone without a trace afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openSandbox } from '../../sandbox/sandbox.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The state directory of the sandbox that the tests share. */
    sandboxDirectory: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'rekindle-sandbox-'));
  const sandbox = openSandbox(dir, (line) => console.log(`sandbox: ${line}`));
  const teardown = async (): Promise<void> => {
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
