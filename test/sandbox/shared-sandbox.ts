import { inject } from 'vitest';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

/** The sandbox that the global set-up started. Tests that break it for others open one of their own instead. */
export function sharedSandbox(): Sandbox {
  return openSandbox(inject('sandboxDirectory'));
}
