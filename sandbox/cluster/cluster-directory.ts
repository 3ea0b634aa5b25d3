import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import { type HostDirectory, hostDirectory } from '../hosts/host-directory.ts';
import { hostCount } from '../topology.ts';
import { writeIfChanged } from '../write-if-changed.ts';
import { apiServerPortName } from './api-server-health.ts';
import type { LeafOptions } from './certificates.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { ensureClusterPki } from './pki.ts';

/** Files of a cluster that belong to no host: kubeconfigs of what runs beside the control plane. */
export function clusterDirectory(context: SandboxContext, cluster: string): string {
  return context.path('clusters', cluster);
}

/** The name in state.json of the port of the balancer before the API servers of a cluster with several hosts. */
export function balancerPortName(cluster: string): string {
  return `${cluster}-balancer`;
}

/** The address under which clients reach the cluster's API: the balancer, or the only host. */
export function clusterServer(context: SandboxContext, cluster: string): string {
  if (hostCount(context, cluster) > 1) {
    return `https://127.0.0.1:${context.state.knownPort(balancerPortName(cluster))}`;
  }
  const first: HostDirectory = hostDirectory(context, cluster, 1);
  return `https://127.0.0.1:${context.state.knownPort(apiServerPortName(first))}`;
}

/**
 * A kubeconfig for one identity of a cluster, `clusters/<cluster>/<name>.conf`, with its certificate made at the first call.
 * The context in it has the cluster's name. Returns the file's path.
 */
export async function ensureKubeconfig(
  context: SandboxContext,
  cluster: string,
  name: string,
  identity: Omit<LeafOptions, 'usages'>,
): Promise<string> {
  const pki = await ensureClusterPki(context, cluster);
  const client = await pki.client(name, { ...identity, usages: ['client'] });
  const file = join(clusterDirectory(context, cluster), `${name}.conf`);
  const server = clusterServer(context, cluster);
  writeIfChanged(file, renderKubeconfig([{ name: cluster, server, authority: pki.ca.certificate, client }]));
  return file;
}

/** The kubeconfig of what sets a cluster up: nothing has to grant its rights first. Not at once for one cluster. */
export function setUpKubeconfig(context: SandboxContext, cluster: string): Promise<string> {
  return ensureKubeconfig(context, cluster, 'sandbox-admin', {
    commonName: 'sandbox-admin',
    organizations: ['system:masters'],
  });
}
