import { RekindleError } from '../../errors/rekindle-error.ts';
import { inChunks } from '../in-chunks.ts';
import type { Pace } from '../pace.ts';
import { kinds } from './kinds.ts';
import { recoveryMarks } from './marks.ts';
import { cordonedByAnnotation, type Node } from './node-objects.ts';
import type { DrainInput, NodeRef } from './node-types.ts';
import type { Pod } from './objects.ts';
import { patchNode } from './patch-node.ts';
import { contentsOf, controllerOf, isOfNode, isOver, podsOf, podsTold } from './pods-of-nodes.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';

/** Evictions under way at once. */
const width = 10;
/** Between two askings of a budget that refused; `kubectl drain` waits as long. */
const refusedPauseMs = 5_000;

/**
 * Empties living nodes: cordons them, then asks for the eviction of their pods, so that the API server keeps every budget. A budget
 * that refuses is asked again until the limit, which counts from the first attempt. DaemonSets' pods stay; a pod that nobody would make
 * again is not touched.
 */
export async function drainNodes(port: KubernetesPort, input: DrainInput, pace: Pace): Promise<string> {
  const began = pace.began();
  await cordon(port, input, pace.signal());
  const first = await evictable(port, input.nodes, pace.signal());
  const bare = first.filter((pod) => controllerOf(pod) === undefined);
  if (bare.length > 0) {
    throw new RekindleError('pod-unmanaged', `no controller would make these pods again: ${podsTold(bare)}`);
  }
  let evicted = 0;
  const refusals = new Map<string, { readonly until: number; readonly message: string }>();
  const look = async () => {
    const pods = await evictable(port, input.nodes, pace.signal());
    if (pods.length === 0) return { done: `${input.nodes.length} nodes drained, ${evicted} pods evicted` };
    const waiting = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const due = waiting.filter(({ metadata }) => (refusals.get(metadata.uid ?? '')?.until ?? 0) <= pace.now());
    await inChunks(due, width, async ({ metadata: { name, namespace, uid = '' } }) => {
      const { outcome, message } = await port.evict({ name, namespace }, uid);
      if (outcome === 'several-budgets') throw new RekindleError('several-budgets', message);
      if (outcome === 'accepted') evicted += 1;
      if (outcome === 'refused') refusals.set(uid, { until: pace.now() + refusedPauseMs, message });
    });
    const why = waiting.flatMap(({ metadata }) => refusals.get(metadata.uid ?? '')?.message ?? [])[0];
    const going = pods.length - waiting.length;
    const told = `${going} pods end, ${waiting.length} wait for their eviction`;
    return { missing: waiting.length === 0 ? told : `${told} (${podsTold(waiting)})${why ? `; ${why}` : ''}` };
  };
  return poll(pace, input.limitSeconds, 'budget-blocks-eviction', look, began);
}

/** Whether nothing is left that a drain would move, and the nodes still take no pods: null, or what speaks against it. */
export async function undrained(
  port: KubernetesPort,
  refs: readonly NodeRef[],
  signal: AbortSignal,
): Promise<string | null> {
  const contents = await contentsOf(port, refs, signal);
  const { nodes, theirs } = contents;
  const open = theirs.filter(({ node }) => {
    const found = nodes.get(node);
    return found !== undefined && found.spec.unschedulable !== true;
  });
  if (open.length > 0) return `no longer cordoned: ${open.map(({ node }) => node).join(', ')}`;
  const left = podsOf(contents).filter(isMoved);
  return left.length === 0 ? null : `pods are still there: ${podsTold(left)}`;
}

/** Takes off the cordons that this recovery made, and no other. */
export async function uncordonNodes(port: KubernetesPort, recoveryId: string, signal: AbortSignal): Promise<string> {
  const ours = (await port.list<Node>(kinds.node, {}, signal)).filter((node) => isCordonedBy(node, recoveryId));
  await inChunks(ours, width, async (node) => {
    const body = { metadata: { annotations: { [cordonedByAnnotation]: null } }, spec: { unschedulable: null } };
    await patchNode(port, node, body);
  });
  return ours.length === 0 ? 'no node is cordoned by this run' : `${ours.length} nodes take pods again`;
}

async function cordon(port: KubernetesPort, input: DrainInput, signal: AbortSignal): Promise<void> {
  const { nodes, recoveryId } = input;
  const present = new Map((await port.list<Node>(kinds.node, {}, signal)).map((node) => [node.metadata.name, node]));
  await inChunks(nodes, width, async ({ node: name, nodeUid }) => {
    const node = present.get(name);
    // What somebody else cordoned carries no mark of ours, and so stays cordoned whatever becomes of this run.
    if (node === undefined || node.metadata.uid !== nodeUid || node.spec.unschedulable === true) return;
    await patchNode(port, node, {
      metadata: { annotations: { ...recoveryMarks(input), [cordonedByAnnotation]: recoveryId } },
      spec: { unschedulable: true },
    });
  });
}

async function evictable(port: KubernetesPort, refs: readonly NodeRef[], signal: AbortSignal): Promise<readonly Pod[]> {
  return podsOf(await contentsOf(port, refs, signal)).filter(isMoved);
}

function isMoved(pod: Pod): boolean {
  return !isOfNode(pod) && !isOver(pod);
}

function isCordonedBy({ metadata }: Node, recoveryId: string): boolean {
  return metadata.annotations?.[cordonedByAnnotation] === recoveryId;
}
