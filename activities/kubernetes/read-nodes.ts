import { grouped } from './grouped.ts';
import { kinds } from './kinds.ts';
import {
  instanceIdOf,
  type Lease,
  leaseNamespace,
  type Node,
  nodeKinds,
  readyCondition,
  type WaitingPod,
} from './node-objects.ts';
import type { NodesView, NodeView } from './node-types.ts';
import type { VolumeAttachment, Workload } from './objects.ts';
import { sortPending } from './pending-pods.ts';
import type { KubernetesPort } from './port.ts';

const controlPlaneLabels = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node-role.kubernetes.io/etcd',
];

/** Everything about the nodes by list calls alone: their number grows with pages, not with nodes. */
export async function readNodes(port: KubernetesPort, now: number, signal: AbortSignal): Promise<NodesView> {
  const [nodes, leases, pods, attachments, repairers] = await Promise.all([
    port.list<Node>(nodeKinds.node, {}, signal),
    port.list<Lease>(nodeKinds.lease, { namespace: leaseNamespace }, signal),
    port.list<WaitingPod>(kinds.pod, {}, signal),
    port.list<VolumeAttachment>(kinds.attachment, {}, signal),
    findRepairers(port, signal),
  ]);
  const renewed = new Map(leases.map(({ metadata, spec }) => [metadata.name, Date.parse(spec?.renewTime ?? '')]));
  const podsOf = grouped(pods, ({ spec }) => spec.nodeName ?? '');
  const attached = grouped(attachments, ({ spec }) => spec.nodeName);
  return {
    nodes: nodes.map((node): NodeView => {
      const { name, uid = '', labels = {} } = node.metadata;
      const condition = readyCondition(node);
      const bound = podsOf.get(name) ?? [];
      const lease = renewed.get(name);
      return {
        name,
        uid,
        instanceId: instanceIdOf(node),
        zone: labels['topology.kubernetes.io/zone'] ?? '',
        ready: condition?.status === 'True' || condition?.status === 'False' ? condition.status : 'Unknown',
        sinceSeconds: Math.round(
          (now - Date.parse(condition?.lastTransitionTime ?? node.metadata.creationTimestamp ?? '')) / 1000,
        ),
        leaseAgeSeconds: lease === undefined || Number.isNaN(lease) ? null : Math.round((now - lease) / 1000),
        controlPlane: controlPlaneLabels.some((label) => label in labels),
        pods: bound.length,
        statefulPods: bound.filter(isStateful).length,
        attachments: attached.get(name)?.length ?? 0,
      };
    }),
    repairers: [...repairers, ...managedGroups(nodes)],
    pending: sortPending(pods),
  };
}

function isStateful({ metadata }: WaitingPod): boolean {
  return (
    metadata.ownerReferences?.some(({ kind, controller }) => kind === 'StatefulSet' && controller === true) ?? false
  );
}

async function findRepairers(port: KubernetesPort, signal: AbortSignal): Promise<string[]> {
  const [pools, checks, deployments] = await Promise.all([
    port.list(nodeKinds.karpenterPool, {}, signal),
    port.list(nodeKinds.machineHealthCheck, {}, signal),
    port.list<Workload>(kinds.deployment, { namespace: 'kube-system' }, signal),
  ]);
  const autoscalers = deployments.filter(({ metadata }) => metadata.name.includes('cluster-autoscaler'));
  return [
    ...pools.map(({ metadata }) => `Karpenter NodePool ${metadata.name}`),
    ...checks.map(({ metadata }) => `MachineHealthCheck ${metadata.namespace}/${metadata.name}`),
    ...autoscalers.map(({ metadata }) => `cluster-autoscaler ${metadata.namespace}/${metadata.name}`),
  ];
}

/** Whether node repair is switched on is not told by the cluster: the group is named, and a person looks. */
function managedGroups(nodes: readonly Node[]): string[] {
  const names = new Set(nodes.flatMap(({ metadata }) => metadata.labels?.['eks.amazonaws.com/nodegroup'] ?? []));
  return [...names].sort().map((name) => `EKS managed node group ${name} (its node repair, where that is on)`);
}
