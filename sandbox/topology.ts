/** Which clusters the sandbox has, and with how many control-plane hosts. */
import type { SandboxContext } from './context.ts';
import { type HostDirectory, hostDirectory } from './hosts/host-directory.ts';

export interface ClusterTopology {
  /** The kubeconfig context, and the name in the inventory. */
  readonly name: string;
  /** Control-plane hosts, named `<cluster>-1`, `<cluster>-2`, ... */
  readonly hosts: number;
}

export const clusters: readonly ClusterTopology[] = [{ name: 'prod', hosts: 1 }];

export function findCluster(name: string): ClusterTopology {
  const found = clusters.find((cluster) => cluster.name === name);
  if (!found) throw new Error(`no cluster ${name} in the sandbox; there is: ${clusters.map((c) => c.name).join(', ')}`);
  return found;
}

/** The directories of a cluster's control-plane hosts, in order. */
export function clusterHosts(context: SandboxContext, cluster: string): HostDirectory[] {
  const { hosts } = findCluster(cluster);
  return Array.from({ length: hosts }, (_, index) => hostDirectory(context, cluster, index + 1));
}
