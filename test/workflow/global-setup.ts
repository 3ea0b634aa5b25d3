/** The real Temporal development server for all `*.workflow.test.ts`, on free ports, gone without a trace afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openContext } from '../../sandbox/context.ts';
import { temporalPart } from '../../sandbox/temporal/temporal-part.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` of a Temporal server whose namespace `default` has the search attributes of recoveries. */
    temporalAddress: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'rekindle-temporal-'));
  const context = openContext(dir, (line) => console.log(`temporal: ${line}`));
  const teardown = async (): Promise<void> => {
    await temporalPart.stop(context);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await temporalPart.start(context);
  } catch (error) {
    await teardown();
    throw error;
  }
  project.provide('temporalAddress', `127.0.0.1:${context.state.knownPort('temporal')}`);
  return teardown;
}
