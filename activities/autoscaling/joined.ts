import { kinds } from '../kubernetes/kinds.ts';
import { instanceIdOf, isReady, type Node } from '../kubernetes/node-objects.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';

/** Instances whose node reports Ready, by one list call. */
export async function readyInstances(port: KubernetesPort, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const nodes = await port.list<Node>(kinds.node, {}, signal);
  return new Set(nodes.filter(isReady).flatMap((node) => instanceIdOf(node) ?? []));
}
