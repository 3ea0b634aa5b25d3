import type { SandboxContext } from './context.ts';
import { isRunning } from './processes/process-identity.ts';

/**
 * Forgets the ports that another program took while the sandbox was down, so that new ones are chosen. While any process of the
 * sandbox runs, its ports are its own and none is looked at.
 */
export async function forgetTakenPorts(context: SandboxContext): Promise<void> {
  const { ports, processes } = context.state.read();
  if (Object.values(processes).some(isRunning)) return;
  for (const [name, port] of Object.entries(ports)) {
    if (await context.state.portIsStillOurs(port)) continue;
    context.report(`port ${port} (${name}) is taken by another program or sandbox; choosing a new one`);
    context.state.forgetPort(name);
  }
}
