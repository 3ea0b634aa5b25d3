import { RekindleError } from '../../errors/rekindle-error.ts';
import { type AutoScalingRegion, isProvedDead } from '../autoscaling/port.ts';
import { inChunks } from '../in-chunks.ts';
import type { Pace } from '../pace.ts';
import { kinds } from './kinds.ts';
import { recoveryMarks } from './marks.ts';
import { fencedByAnnotation, isReady, type Node, outOfService } from './node-objects.ts';
import type { FenceInput } from './node-types.ts';
import { patchNode } from './patch-node.ts';
import type { KubernetesPort } from './port.ts';

/** Nodes between two proofs: few enough that the proof is seconds old when the last taint is set. */
const nodesPerProof = 100;
/** Patches under way at once. */
const width = 10;

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
    const state = new Map(machines.map((machine) => [machine.instanceId, machine]));
    const there = chunk.filter(({ node, nodeUid }) => present.get(node)?.metadata.uid === nodeUid);
    const proved = there.filter(({ instanceId }) => {
      const machine = state.get(instanceId);
      return machine !== undefined && isProvedDead(machine);
    });
    unproved += there.length - proved.length;
    const back = proved.find(({ node }) => {
      const found = present.get(node);
      return found !== undefined && isReady(found);
    });
    if (back !== undefined) {
      const told = `EC2 says ${back.instanceId} is ${state.get(back.instanceId)?.state}`;
      throw new RekindleError('machine-alive', `node ${back.node} is Ready, although ${told}`);
    }
    await inChunks(proved, width, async ({ node: name }) => {
      const node = present.get(name);
      if (node === undefined || node.metadata.annotations?.[fencedByAnnotation] === recoveryId) return;
      const taints = (node.spec.taints ?? []).filter(({ key }) => key !== outOfService.key);
      await patchNode(port, node, {
        metadata: { annotations: { ...recoveryMarks(input), [fencedByAnnotation]: recoveryId } },
        spec: { taints: [...taints, outOfService] },
      });
    });
    fenced += proved.length;
    pace.report(`${fenced} of ${nodes.length} nodes fenced`);
  }
  return `${fenced} fenced${unproved === 0 ? '' : `, ${unproved} not yet proved dead`}`;
}

/** Takes off the taints that this recovery set, and no other. Nodes that are gone took theirs with them. */
export async function unfenceNodes(port: KubernetesPort, recoveryId: string, signal: AbortSignal): Promise<string> {
  const nodes = await port.list<Node>(kinds.node, {}, signal);
  const ours = nodes.filter(({ metadata }) => metadata.annotations?.[fencedByAnnotation] === recoveryId);
  await inChunks(ours, width, async (node) => {
    const taints = (node.spec.taints ?? []).filter(({ key }) => key !== outOfService.key);
    await patchNode(port, node, { metadata: { annotations: { [fencedByAnnotation]: null } }, spec: { taints } });
  });
  return ours.length === 0 ? 'no node carries the taint' : `taken off ${ours.length} nodes`;
}
