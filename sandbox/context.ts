import { join } from 'node:path';
import { StateStore } from './state.ts';

/** What every part of one sandbox is given: where it lives, its memory, and where to tell progress. */
export interface SandboxContext {
  /** Absolute path of the state directory. */
  readonly dir: string;
  readonly state: StateStore;
  /** One line of progress for the person who waits. Never a secret. */
  readonly report: (line: string) => void;
  /** A path below the state directory. */
  path(...segments: string[]): string;
}

export function openContext(dir: string, report: (line: string) => void = () => {}): SandboxContext {
  return { dir, state: new StateStore(dir), report, path: (...segments) => join(dir, ...segments) };
}
