/** What `up`, `down`, `reset` and `status` do with the parts. Callers hold the sandbox's lock. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { partsOf } from './composition.ts';
import type { SandboxContext } from './context.ts';
import { writeSandboxFiles } from './files.ts';
import { runningProcess } from './processes/detached-process.ts';
import { type ManagedPart, type PartHealth, PartState } from './processes/managed-part.ts';
import { inOrder } from './processes/start-order.ts';
import { endStragglers } from './processes/stragglers.ts';
import { forgetTakenPorts } from './taken-ports.ts';

export interface PartStatus extends PartHealth {
  readonly name: string;
}

/** Identifies the process of a volatile part; undefined while it does not run. */
function memoryOf(context: SandboxContext, part: ManagedPart): string | undefined {
  const record = runningProcess(context, part.name);
  return record && `${record.pid}@${record.startTime}`;
}

function memoryFact(part: ManagedPart): string {
  return `${part.name}.memory`;
}

async function startPart(context: SandboxContext, part: ManagedPart): Promise<void> {
  const before = await part.health(context);
  if (before.state === PartState.degraded) context.report(`${part.name}: ${before.detail ?? 'half-dead'}; repairing`);
  const began = Date.now();
  await part.start(context);
  // Before anything is seeded into it: a memory that goes while `up` is still under way counts as lost, too.
  if (part.volatile) context.state.setFact(memoryFact(part), memoryOf(context, part));
  if (before.state !== PartState.running) {
    context.report(`${part.name}: running (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }
}

/** The volatile parts whose memory is not the one that was seeded. None before the first start. */
function partsWithoutMemory(context: SandboxContext): ManagedPart[] {
  return partsOf(context).filter((part) => {
    const seeded = part.volatile ? context.state.fact(memoryFact(part)) : undefined;
    return seeded !== undefined && seeded !== memoryOf(context, part);
  });
}

async function startEverything(context: SandboxContext): Promise<void> {
  mkdirSync(context.dir, { recursive: true, mode: 0o700 });
  await forgetTakenPorts(context);
  await writeSandboxFiles(context);
  await inOrder(partsOf(context), 'forward', (part) => startPart(context, part));
  // Once more: what was seeded has its ids only now.
  await writeSandboxFiles(context);
}

/** Starts and repairs; a world that was lost with the memory of a process is made anew as by `reset`. */
export async function startAll(context: SandboxContext): Promise<void> {
  const lost = partsWithoutMemory(context);
  if (lost.length === 0) return startEverything(context);
  const names = lost.map((part) => part.name).join(', ');
  context.report(
    `${names} ended since the last start and kept the cloud in memory: seeding the world anew, as reset does`,
  );
  return resetAll(context);
}

export async function stopAll(context: SandboxContext): Promise<void> {
  if (!existsSync(context.dir)) return;
  let failure: unknown;
  await inOrder(partsOf(context), 'backward', (part) => part.stop(context)).catch((error: unknown) => {
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
  await inOrder(partsOf(context), 'backward', async (part) => part.wipe?.(context));
  rmSync(context.path('logs'), { recursive: true, force: true });
  context.state.update((state) => {
    state.facts = {};
    state.generation += 1;
  });
  await startEverything(context);
}

export async function statusOfAll(context: SandboxContext): Promise<PartStatus[]> {
  return Promise.all(partsOf(context).map(async (part) => ({ name: part.name, ...(await part.health(context)) })));
}
