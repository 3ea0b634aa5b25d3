import { grouped } from './grouped.ts';
import { kinds } from './kinds.ts';
import { type Node, outOfService } from './node-objects.ts';
import type { NodeRef } from './node-types.ts';
import type { Pod, VolumeAttachment } from './objects.ts';
import type { KubernetesObject, KubernetesPort, OwnerReference } from './port.ts';

export function controllerOf({ metadata }: KubernetesObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Lives and dies with its node: a DaemonSet's pod, or one that the kubelet made of a file. */
export function isOfNode(pod: Pod): boolean {
  return (
    controllerOf(pod)?.kind === 'DaemonSet' || pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
  );
}

/**
 * No taint moves it: it stays until the node object goes. Taken away before, it would come back to the same node, for whoever
 * tolerates every taint tolerates a cordon as well.
 */
export function staysWithNode(pod: Pod): boolean {
  const tolerates = pod.spec.tolerations?.some(({ key, operator = 'Equal', value = '', effect }) => {
    if (effect !== undefined && effect !== '' && effect !== outOfService.effect) return false;
    if (key === undefined || key === '') return operator === 'Exists';
    return key === outOfService.key && (operator === 'Exists' || value === outOfService.value);
  });
  return isOfNode(pod) || tolerates === true;
}

export function isOver({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** What is on some nodes at one moment, by list calls. */
export interface NodeContents {
  /** By name. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** Those of the asked for whose name no other machine has taken meanwhile. */
  readonly theirs: readonly NodeRef[];
  /** By name of the node, whether or not its object is still there. */
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  readonly attachments: ReadonlyMap<string, readonly VolumeAttachment[]>;
}

export async function contentsOf(
  port: KubernetesPort,
  asked: readonly NodeRef[],
  signal: AbortSignal,
): Promise<NodeContents> {
  const [all, pods, attachments] = await Promise.all([
    port.list<Node>(kinds.node, {}, signal),
    port.list<Pod>(kinds.pod, {}, signal),
    port.list<VolumeAttachment>(kinds.attachment, {}, signal),
  ]);
  const nodes = new Map(all.map((node) => [node.metadata.name, node]));
  const theirs = asked.filter(({ node, nodeUid }) => (nodes.get(node)?.metadata.uid ?? nodeUid) === nodeUid);
  return {
    nodes,
    theirs,
    pods: grouped(pods, ({ spec }) => spec.nodeName ?? ''),
    attachments: grouped(attachments, ({ spec }) => spec.nodeName),
  };
}

/** Of `theirs`. */
export function podsOf({ theirs, pods }: NodeContents): readonly Pod[] {
  return theirs.flatMap(({ node }) => pods.get(node) ?? []);
}

/** Of `theirs`. */
export function attachmentsOf({ theirs, attachments }: NodeContents): readonly VolumeAttachment[] {
  return theirs.flatMap(({ node }) => attachments.get(node) ?? []);
}

/** Up to three, `namespace/name`, each with what holds it. */
export function podsTold(pods: readonly Pod[]): string {
  const told = pods.slice(0, 3).map(({ metadata }) => {
    const { finalizers = [] } = metadata;
    const held = finalizers.length === 0 ? '' : ` held by finalizer ${finalizers.join(', ')}`;
    return `${metadata.namespace}/${metadata.name}${held}`;
  });
  return pods.length > told.length ? `${told.join(', ')} and ${pods.length - told.length} more` : told.join(', ');
}
