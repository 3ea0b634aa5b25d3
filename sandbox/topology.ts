/** Which clusters the sandbox has, and with how many control-plane hosts. */
import { existsSync } from 'node:fs';
import type { SandboxContext } from './context.ts';
import { type HostDirectory, hostDirectory } from './hosts/host-directory.ts';

export interface ClusterTopology {
  /** The kubeconfig context, and the name in the inventory. */
  readonly name: string;
  /** Bucket of its Velero: two servers that write into one would each expire the other's backups. */
  readonly veleroBucket: string;
  /** Instances in each of its three Auto Scaling groups. */
  readonly instancesPerGroup: number;
  /** False: classes and namespaces only, because others are restored into it. */
  readonly workloads: boolean;
}

const prod: ClusterTopology = {
  name: 'prod',
  veleroBucket: 'rekindle-velero',
  instancesPerGroup: 2,
  workloads: true,
};

/** The cluster that is there when `prod` is lost. Small: it has one control-plane host whatever `prod` has. */
export const drCluster: ClusterTopology = {
  name: 'dr',
  veleroBucket: 'rekindle-velero-dr',
  instancesPerGroup: 1,
  workloads: false,
};

/** The clusters of this sandbox: `prod`, and `dr` once an `up --with dr` has asked for it. */
export function clustersOf(context: SandboxContext): readonly ClusterTopology[] {
  return context.state.read().extras?.includes(drCluster.name) ? [prod, drCluster] : [prod];
}

export function findCluster(context: SandboxContext, name: string): ClusterTopology {
  const clusters = clustersOf(context);
  const found = clusters.find((cluster) => cluster.name === name);
  if (!found) throw new Error(`no cluster ${name} in the sandbox; there is: ${clusters.map((c) => c.name).join(', ')}`);
  return found;
}

/** Control-plane hosts of a cluster, named `<cluster>-1`, `<cluster>-2`, ... One unless `up --hosts` asked for more. */
export function hostCount(context: SandboxContext, cluster: string): number {
  return context.state.read().hosts?.[findCluster(context, cluster).name] ?? 1;
}

/** Fixes the number of hosts of `prod`. A cluster that was started keeps its number: its etcd has members by then. */
export function chooseHostCount(context: SandboxContext, hosts: number): void {
  const { name } = prod;
  const current = hostCount(context, name);
  if (current === hosts) return;
  if (existsSync(hostDirectory(context, name, 1).dir)) {
    throw new Error(`${name} has ${current} control-plane host(s); another number needs another REKINDLE_SANDBOX_DIR`);
  }
  context.state.update((state) => {
    state.hosts = { ...state.hosts, [name]: hosts };
  });
}

/** Where the id of a host's EC2 instance is remembered; several hosts have one each, a single one has none. */
export function hostInstanceFact(host: string): string {
  return `host-instance.${host}`;
}

/** The directories of a cluster's control-plane hosts, in order. */
export function clusterHosts(context: SandboxContext, cluster: string): HostDirectory[] {
  return Array.from({ length: hostCount(context, cluster) }, (_, index) => hostDirectory(context, cluster, index + 1));
}
