/** What `up`, `down`, `reset` and `status` do with the parts. Callers hold the sandbox's lock. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { parts } from './composition.ts';
import type { SandboxContext } from './context.ts';
import { writeSandboxFiles } from './files.ts';
import { type ManagedPart, type PartHealth, PartState } from './processes/managed-part.ts';
import { inOrder } from './processes/start-order.ts';
import { endStragglers } from './processes/stragglers.ts';

export interface PartStatus extends PartHealth {
  readonly name: string;
}

async function startPart(context: SandboxContext, part: ManagedPart): Promise<void> {
  const before = await part.health(context);
  if (before.state === PartState.degraded) context.report(`${part.name}: ${before.detail ?? 'half-dead'}; repairing`);
  const began = Date.now();
  await part.start(context);
  if (before.state !== PartState.running) {
    context.report(`${part.name}: running (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }
}

export async function startAll(context: SandboxContext): Promise<void> {
  mkdirSync(context.dir, { recursive: true, mode: 0o700 });
  await writeSandboxFiles(context);
  await inOrder(parts, 'forward', (part) => startPart(context, part));
}

export async function stopAll(context: SandboxContext): Promise<void> {
  if (!existsSync(context.dir)) return;
  let failure: unknown;
  await inOrder(parts, 'backward', (part) => part.stop(context)).catch((error: unknown) => {
    failure = error;
  });
  const ended = await endStragglers(context.dir);
  if (ended > 0) context.report(`ended ${ended} process(es) that no part knew`);
  context.state.update((state) => {
    state.processes = {};
  });
  if (failure !== undefined) throw failure;
}

/** Everything but keys, ports and the parts' cache is made anew. */
export async function resetAll(context: SandboxContext): Promise<void> {
  await stopAll(context);
  await inOrder(parts, 'backward', async (part) => part.wipe?.(context));
  rmSync(context.path('logs'), { recursive: true, force: true });
  context.state.update((state) => {
    state.facts = {};
    state.generation += 1;
  });
  await startAll(context);
}

export async function statusOfAll(context: SandboxContext): Promise<PartStatus[]> {
  return Promise.all(parts.map(async (part) => ({ name: part.name, ...(await part.health(context)) })));
}
