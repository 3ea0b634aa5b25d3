/** The sandbox of all `*.velero.test.ts`: both clusters, each with its Velero. */
import type { TestProject } from 'vitest/node';
import { shareSandbox } from './global-setup.ts';

export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return shareSandbox(project, { extras: ['dr'] });
}
