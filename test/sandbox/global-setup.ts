import type { TestProject } from 'vitest/node';
import { standingTestSandbox } from '../../sandbox/environment.ts';
import type { UpOptions } from '../../sandbox/sandbox.ts';
import { temporarySandbox } from '../../sandbox/temporary-sandbox.ts';

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
  const report = (line: string) => console.log(`sandbox: ${line}`);
  const { sandbox, remove } = temporarySandbox('sandbox', report, standingTestSandbox());
  try {
    await sandbox.up(options);
  } catch (error) {
    await remove();
    throw error;
  }
  project.provide('sandboxDirectory', sandbox.dir);
  return remove;
}

export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return shareSandbox(project, {});
}
