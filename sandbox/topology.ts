/** Which clusters the sandbox has, and with how many control-plane hosts. */
import { existsSync } from 'node:fs';
import type { SandboxContext } from './context.ts';
import { type HostDirectory, hostDirectory } from './hosts/host-directory.ts';

export interface ClusterTopology {
  /** The kubeconfig context, and the name in the inventory. */
  readonly name: string;
}

export const clusters: readonly ClusterTopology[] = [{ name: 'prod' }];

export function findCluster(name: string): ClusterTopology {
  const found = clusters.find((cluster) => cluster.name === name);
  if (!found) throw new Error(`no cluster ${name} in the sandbox; there is: ${clusters.map((c) => c.name).join(', ')}`);
  return found;
}

/** Control-plane hosts of a cluster, named `<cluster>-1`, `<cluster>-2`, ... One unless `up --hosts` asked for more. */
export function hostCount(context: SandboxContext, cluster: string): number {
  return context.state.read().hosts?.[findCluster(cluster).name] ?? 1;
}

/** Fixes the number of hosts of every cluster. A cluster that was started keeps its number: its etcd has members by then. */
export function chooseHostCount(context: SandboxContext, hosts: number): void {
  for (const { name } of clusters) {
    const current = hostCount(context, name);
    if (current === hosts) continue;
    if (existsSync(hostDirectory(context, name, 1).dir)) {
      throw new Error(
        `${name} has ${current} control-plane host(s); another number needs another REKINDLE_SANDBOX_DIR`,
      );
    }
    context.state.update((state) => {
      state.hosts = { ...state.hosts, [name]: hosts };
    });
  }
}

/** The directories of a cluster's control-plane hosts, in order. */
export function clusterHosts(context: SandboxContext, cluster: string): HostDirectory[] {
  return Array.from({ length: hostCount(context, cluster) }, (_, index) => hostDirectory(context, cluster, index + 1));
}
