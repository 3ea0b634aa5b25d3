import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

export interface OwnSandbox {
  readonly sandbox: Sandbox;
  /** What the sandbox reported so far. */
  readonly lines: string[];
  dispose(): Promise<void>;
}

/**
 * A second sandbox beside the shared one, for tests that kill its processes. Not started. While a test is written,
 * `REKINDLE_TEST_OWN_SANDBOX=<dir>` names one that is used instead and left running.
 */
export function ownSandbox(): OwnSandbox {
  const { REKINDLE_TEST_OWN_SANDBOX: kept } = process.env;
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'rekindle-own-sandbox-'));
  const lines: string[] = [];
  const sandbox = openSandbox(dir, (line) => lines.push(line));
  return {
    sandbox,
    lines,
    async dispose() {
      if (kept !== undefined) return;
      await sandbox.down();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
