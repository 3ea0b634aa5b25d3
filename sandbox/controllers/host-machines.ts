/** A control-plane host whose instance EC2 stops ends like a machine without power: everything that runs on it is killed. */
import { hostInstances } from '../aws/host-instances.ts';
import type { SandboxContext } from '../context.ts';
import { sandboxCredentials } from '../environment-file.ts';
import { signalHost } from '../hosts/host-signals.ts';
import { ticksSinceBoot } from '../processes/process-identity.ts';
import { clusterHosts } from '../topology.ts';

const pauseMs = 1_000;
const off = ['stopping', 'stopped', 'terminated'];

export async function runHostMachines(
  context: SandboxContext,
  cluster: string,
  endpoint: string,
  signal: AbortSignal,
): Promise<void> {
  const hosts = clusterHosts(context, cluster);
  if (hosts.length === 1) return; // it has no instance
  while (!signal.aborted) {
    try {
      // A host that came back while EC2's answer was on its way is not the one that the answer calls off.
      const asked = ticksSinceBoot();
      const instances = await hostInstances({ endpoint, credentials: sandboxCredentials });
      for (const host of hosts) {
        if (!off.includes(instances.get(host.name)?.state ?? '')) continue;
        const ended = signalHost(context, host, 'SIGKILL', asked);
        if (ended > 0) context.report(`${host.name} is off: ended ${ended} processes`);
      }
    } catch (error) {
      context.report(`hosts: ${(error as Error).message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
