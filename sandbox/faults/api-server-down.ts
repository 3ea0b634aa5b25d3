import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { apiServerAnswers } from '../cluster/api-server-health.ts';
import { waitUntilContainerIsGone } from '../hosts/containers.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';
import { waitFor } from '../processes/wait-for.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Fault, FaultParameters } from './fault.ts';

const manifest = 'kube-apiserver.yaml';

/** Where the manifest waits for `heal`: on the host, outside the folder that its supervisor reads. */
function parked(host: HostDirectory): string {
  return join(host.dir, 'parked-manifests', manifest);
}

function chosenHosts(sandbox: Sandbox, parameters: FaultParameters): HostDirectory[] {
  const hosts = sandbox.hosts(parameters.cluster ?? 'prod');
  if (parameters.host === undefined || parameters.host === 'all') return [...hosts];
  const found = hosts.filter((host) => host.name === parameters.host);
  if (found.length === 0) {
    throw new Error(`no host ${parameters.host}; there is: ${hosts.map((host) => host.name).join(', ')}, all`);
  }
  return found;
}

export const fault: Fault = {
  name: 'api-server-down',
  summary: 'takes the kube-apiserver manifest away from control-plane hosts, so that the API stops answering',
  parameters: [
    { name: 'cluster', summary: 'the cluster whose API server goes', default: 'prod' },
    { name: 'host', summary: 'one host by name, or all', default: 'all' },
  ],

  async break(sandbox, parameters) {
    const hosts = chosenHosts(sandbox, parameters);
    for (const host of hosts) {
      const source = join(host.manifests, manifest);
      if (!existsSync(source)) continue;
      mkdirSync(join(host.dir, 'parked-manifests'), { recursive: true });
      renameSync(source, parked(host));
    }
    for (const host of hosts) await waitUntilContainerIsGone(host, 'kube-apiserver', 60_000);
    return `kube-apiserver is down on ${hosts.map((host) => host.name).join(', ')}`;
  },

  async heal(sandbox, parameters) {
    const hosts = chosenHosts(sandbox, parameters);
    for (const host of hosts) {
      if (existsSync(parked(host))) renameSync(parked(host), join(host.manifests, manifest));
    }
    for (const host of hosts) {
      await waitFor(`the API server of ${host.name}`, () => apiServerAnswers(sandbox.context, host), {
        timeoutMs: 60_000,
        intervalMs: 200,
      });
    }
    return `kube-apiserver answers on ${hosts.map((host) => host.name).join(', ')}`;
  },
};
