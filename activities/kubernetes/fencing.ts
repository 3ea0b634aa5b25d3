import { RekindleError } from '../../errors/rekindle-error.ts';
import { type AutoScalingRegion, isProvedDead } from '../autoscaling/port.ts';
import type { Pace } from '../pace.ts';
import { kinds } from './kinds.ts';
import { recoveryMarks } from './marks.ts';
import { fencedByAnnotation, isReady, type Node, outOfService } from './node-objects.ts';
import type { FencedNode, FenceInput, WaitNodesEmptyInput } from './node-types.ts';
import type { Pod, VolumeAttachment } from './objects.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';

/** Nodes between two proofs: small, so that the proof is fresh when the taint is set. */
const nodesPerProof = 20;

/**
 * Puts the out-of-service taint on nodes whose machine EC2 tells stopped or terminated right before. Others are left for a later
 * call; a node that reports Ready is never touched.
 */
export async function fenceNodes(
  port: KubernetesPort,
  region: AutoScalingRegion,
  input: FenceInput,
  pace: Pace,
): Promise<string> {
  const { nodes, recoveryId } = input;
  let fenced = 0;
  let unproved = 0;
  for (let from = 0; from < nodes.length; from += nodesPerProof) {
    const chunk = nodes.slice(from, from + nodesPerProof);
    const present = new Map(
      (await port.list<Node>(kinds.node, {}, pace.signal())).map((node) => [node.metadata.name, node]),
    );
    const machines = await region.machines(chunk.map(({ instanceId }) => instanceId));
    for (const [index, { node: name, nodeUid, instanceId }] of chunk.entries()) {
      const node = present.get(name);
      const machine = machines[index];
      if (node === undefined || node.metadata.uid !== nodeUid) continue;
      if (machine === undefined || !isProvedDead(machine)) {
        unproved += 1;
        continue;
      }
      if (isReady(node))
        throw new RekindleError(
          'machine-alive',
          `node ${name} is Ready, although EC2 says ${instanceId} is ${machine.state}`,
        );
      const { annotations, resourceVersion = '' } = node.metadata;
      fenced += 1;
      if (annotations?.[fencedByAnnotation] === recoveryId) continue;
      const taints = (node.spec.taints ?? []).filter(({ key }) => key !== outOfService.key);
      await port.patch(
        kinds.node,
        { name },
        {
          metadata: { annotations: { ...recoveryMarks(input), [fencedByAnnotation]: recoveryId } },
          spec: { taints: [...taints, outOfService] },
        },
        { uid: nodeUid, resourceVersion },
      );
    }
    pace.report(`${fenced} of ${nodes.length} nodes fenced`);
  }
  return `${fenced} fenced${unproved === 0 ? '' : `, ${unproved} not yet proved dead`}`;
}

/** Takes off the taints that this recovery set, and no other. Nodes that are gone took theirs with them. */
export async function unfenceNodes(port: KubernetesPort, recoveryId: string, signal: AbortSignal): Promise<string> {
  const nodes = await port.list<Node>(kinds.node, {}, signal);
  const ours = nodes.filter(({ metadata }) => metadata.annotations?.[fencedByAnnotation] === recoveryId);
  for (const { metadata, spec } of ours) {
    const taints = (spec.taints ?? []).filter(({ key }) => key !== outOfService.key);
    const { name, uid = '', resourceVersion = '' } = metadata;
    await port.patch(
      kinds.node,
      { name },
      { metadata: { annotations: { [fencedByAnnotation]: null } }, spec: { taints } },
      { uid, resourceVersion },
    );
  }
  return ours.length === 0
    ? 'no node carries the taint'
    : `taken off ${ours.map(({ metadata }) => metadata.name).join(', ')}`;
}

/** Waits until no pod and no attachment is left on the nodes. A node of the same name with another uid is another machine. */
export async function waitNodesEmpty(port: KubernetesPort, input: WaitNodesEmptyInput, pace: Pace): Promise<string> {
  return poll(pace, input.limitSeconds, 'node-not-empty', async () => {
    const [nodes, pods, attachments] = await Promise.all([
      port.list<Node>(kinds.node, {}, pace.signal()),
      port.list<Pod>(kinds.pod, {}, pace.signal()),
      port.list<VolumeAttachment>(kinds.attachment, {}, pace.signal()),
    ]);
    const names = stillTheirs(input.nodes, nodes);
    const held = pods.filter(({ spec }) => names.has(spec.nodeName ?? ''));
    const left = attachments.filter(({ spec }) => names.has(spec.nodeName));
    if (held.length === 0 && left.length === 0) return { done: `nothing is left on ${input.nodes.length} dead nodes` };
    const examples = held.slice(0, 3).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    const which = examples.length === 0 ? '' : ` (${examples.join(', ')})`;
    return { missing: `${held.length} pods${which} and ${left.length} attachments are left on dead nodes` };
  });
}

function stillTheirs(dead: WaitNodesEmptyInput['nodes'], nodes: readonly Node[]): ReadonlySet<string> {
  const uids = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.uid]));
  return new Set(
    dead
      .filter(({ node, nodeUid }) => (uids.get(node) ?? nodeUid) === nodeUid)
      .map(({ node }: Pick<FencedNode, 'node'>) => node),
  );
}
