import type { Sandbox } from '../../sandbox/sandbox.ts';
import { temporarySandbox } from '../../sandbox/temporary-sandbox.ts';

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
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  const { sandbox, remove } = temporarySandbox('own-sandbox', report, process.env.REKINDLE_TEST_OWN_SANDBOX);
  return { sandbox, lines, dispose: remove };
}
