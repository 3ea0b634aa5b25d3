import { grouped } from './grouped.ts';
import { kinds } from './kinds.ts';
import {
  instanceIdOf,
  isReady,
  type Lease,
  leaseNamespace,
  type Node,
  nodeKinds,
  readyCondition,
  type WaitingPod,
} from './node-objects.ts';
import type { NodesView, NodeView } from './node-types.ts';
import type { VolumeAttachment } from './objects.ts';
import { sortPending } from './pending-pods.ts';
import { controllerOf } from './pods-of-nodes.ts';
import type { KubernetesPort } from './port.ts';
import { findRepairers, managedGroups } from './repairers.ts';

const controlPlaneLabels = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node-role.kubernetes.io/etcd',
];

/** Everything about the nodes by list calls alone: their number grows with pages, not with nodes. */
export async function readNodes(
  port: KubernetesPort,
  named: readonly string[],
  now: number,
  signal: AbortSignal,
): Promise<NodesView> {
  const [nodes, leases, pods, attachments, others] = await Promise.all([
    port.list<Node>(nodeKinds.node, {}, signal),
    port.list<Lease>(nodeKinds.lease, { namespace: leaseNamespace }, signal),
    port.list<WaitingPod>(kinds.pod, {}, signal),
    port.list<VolumeAttachment>(kinds.attachment, {}, signal),
    findRepairers(port, signal),
  ]);
  const repairers = [...others, ...managedGroups(nodes)];
  const renewed = new Map(leases.map(({ metadata, spec }) => [metadata.name, Date.parse(spec?.renewTime ?? '')]));
  const podsOf = grouped(pods, ({ spec }) => spec.nodeName ?? '');
  const attached = grouped(attachments, ({ spec }) => spec.nodeName);
  const view = (node: Node): NodeView => {
    const { name, uid = '' } = node.metadata;
    const condition = readyCondition(node);
    const bound = podsOf.get(name) ?? [];
    const lease = renewed.get(name);
    return {
      name,
      uid,
      instanceId: instanceIdOf(node),
      zone: zoneOf(node),
      ready: condition?.status === 'True' || condition?.status === 'False' ? condition.status : 'Unknown',
      sinceSeconds: Math.round(
        (now - Date.parse(condition?.lastTransitionTime ?? node.metadata.creationTimestamp ?? '')) / 1000,
      ),
      leaseAgeSeconds: lease === undefined || Number.isNaN(lease) ? null : Math.round((now - lease) / 1000),
      controlPlane: isControlPlane(node),
      pods: bound.length,
      statefulPods: bound.filter((pod) => controllerOf(pod)?.kind === 'StatefulSet').length,
      attachments: attached.get(name)?.length ?? 0,
    };
  };
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const [told, plain] = partition(nodes, (node) => !isReady(node) || named.includes(node.metadata.name));
  return {
    nodes: told.map(view),
    ready: plain.map((node) => [instanceIdOf(node), zoneOf(node)]),
    unknown: named.filter((name) => !names.has(name)),
    repairers,
    controlPlane: quorumOf(nodes),
    pending: sortPending(pods),
  };
}

function isControlPlane({ metadata }: Node): boolean {
  return controlPlaneLabels.some((label) => label in (metadata.labels ?? {}));
}

/** Members of the control plane that are nodes: how many there are, and how many of them are Ready. */
function quorumOf(nodes: readonly Node[]): NodesView['controlPlane'] {
  const members = nodes.filter(isControlPlane);
  return { members: members.length, ready: members.filter(isReady).length };
}

function zoneOf({ metadata }: Node): string {
  return metadata.labels?.['topology.kubernetes.io/zone'] ?? '';
}

function partition<T>(items: readonly T[], fits: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}
