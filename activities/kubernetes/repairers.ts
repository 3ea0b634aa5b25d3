import { kinds } from './kinds.ts';
import { type Node, nodeKinds } from './node-objects.ts';
import type { Workload } from './objects.ts';
import type { KubernetesPort } from './port.ts';

/** Programs that replace, drain or end nodes, by a part of the name that their workload usually has. */
const programs: readonly (readonly [mark: string, what: string])[] = [
  ['cluster-autoscaler', 'cluster-autoscaler'],
  ['node-termination-handler', 'AWS node termination handler'],
  ['eks-node-monitoring-agent', 'EKS node monitoring agent (automatic repair, where that is on)'],
  ['draino', 'Draino'],
  ['node-healthcheck', 'Node Health Check operator'],
];

/** What else repairs nodes in the cluster, by kind and name. A program that is scaled to 0 does nothing, and is not named. */
export async function findRepairers(port: KubernetesPort, signal: AbortSignal): Promise<string[]> {
  const [pools, checks, deployments, daemons] = await Promise.all([
    port.list(nodeKinds.karpenterPool, {}, signal),
    port.list(nodeKinds.machineHealthCheck, {}, signal),
    port.list<Workload>(kinds.deployment, {}, signal),
    port.list<Workload>(kinds.daemonSet, {}, signal),
  ]);
  const running = [...deployments.filter(({ spec }) => spec.replicas !== 0), ...daemons];
  return [
    ...pools.map(({ metadata }) => `Karpenter NodePool ${metadata.name}`),
    ...checks.map(({ metadata }) => `MachineHealthCheck ${metadata.namespace}/${metadata.name}`),
    ...running.flatMap(({ metadata }) => {
      const found = programs.find(([mark]) => metadata.name.includes(mark));
      return found === undefined ? [] : [`${found[1]} ${metadata.namespace}/${metadata.name}`];
    }),
  ];
}

/** Whether node repair is switched on is not told by the cluster: the group is named, and a person looks. */
export function managedGroups(nodes: readonly Node[]): string[] {
  const names = new Set(nodes.flatMap(({ metadata }) => metadata.labels?.['eks.amazonaws.com/nodegroup'] ?? []));
  return [...names].sort().map((name) => `EKS managed node group ${name} (its node repair, where that is on)`);
}
