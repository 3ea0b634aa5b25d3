import { join } from 'node:path';
import { apiServerPortName, readyBehind } from '../cluster/api-server-health.ts';
import { balancerPortName } from '../cluster/cluster-directory.ts';
import type { SandboxContext } from '../context.ts';
import { deathNotice, ensureProcess, nodeProgram, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { HostDirectory } from './host-directory.ts';

const program = new URL('./balancer-main.ts', import.meta.url).pathname;

/** Starts the one address before the API servers of several hosts. It listens also while none of them is ready. */
export async function startBalancer(context: SandboxContext, hosts: readonly HostDirectory[]): Promise<void> {
  const [first] = hosts;
  if (first === undefined) return;
  const name = balancerPortName(first.cluster);
  const port = await context.state.port(name);
  const backends: string[] = [];
  for (const host of hosts) backends.push(String(await context.state.port(apiServerPortName(host))));
  await ensureProcess(context, {
    name,
    ...nodeProgram(program, [String(port), join(first.pki, 'ca.crt'), ...backends]),
  });
  await waitFor(name, () => listens(port), { timeoutMs: 60_000, giveUp: () => deathNotice(context, name) });
}

/** Waits until a request comes through: a balancer finds out about a ready server a little after everybody else. */
export async function untilBalanced(context: SandboxContext, hosts: readonly HostDirectory[]): Promise<void> {
  const [first] = hosts;
  if (first === undefined) return;
  const name = balancerPortName(first.cluster);
  const port = context.state.knownPort(name);
  await waitFor(name, () => readyBehind(port, first), { timeoutMs: 60_000, giveUp: () => deathNotice(context, name) });
}

export function stopBalancer(context: SandboxContext, cluster: string): Promise<void> {
  return stopProcess(context, balancerPortName(cluster));
}
