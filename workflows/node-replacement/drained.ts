import type { Code } from '../../errors/codes.ts';
import type { NodeFacts } from './facts.ts';
import { type JudgedNode, namesOf } from './judge.ts';
import type { Candidate } from './waves.ts';

/** Why the named nodes cannot be drained, or null. A silent node cannot: nobody would end the pods that are evicted. Pure. */
export function undrainable(
  { cluster }: NodeFacts,
  judged: readonly JudgedNode[],
  named: readonly string[],
): { readonly code: Code; readonly message: string } | null {
  const unknown = cluster.unknown.filter((name) => named.includes(name));
  if (unknown.length > 0) return { code: 'node-unknown', message: `the cluster has no node ${unknown.join(', ')}` };
  const unfit = judged.filter(
    (one) => named.includes(one.node.name ?? '') && one.state !== 'dead' && !isDrainable(one),
  );
  if (unfit.length === 0) return null;
  const why = unfit.map(({ state, group, node }) =>
    node.controlPlane ? 'of the control plane' : group === null ? 'of no named group' : state,
  );
  return { code: 'node-not-drainable', message: `${namesOf(unfit)}: ${[...new Set(why)].join(', ')}` };
}

/** The named nodes that live; a named one that is dead is replaced as such. */
export function drainedNodes(judged: readonly JudgedNode[], named: readonly string[]): readonly Candidate[] {
  return judged.flatMap((one) =>
    named.includes(one.node.name ?? '') && isDrainable(one) ? (candidateOf(one) ?? []) : [],
  );
}

function isDrainable(one: JudgedNode): boolean {
  return (one.state === 'alive' || one.state === 'ill') && candidateOf(one) !== null;
}

/** Null for nodes of the control plane or of etcd, whose quorum is not ours to judge, and of no named group. */
export function candidateOf({ node, machine, group }: JudgedNode): Candidate | null {
  const { name, uid, zone, pods = 0 } = node;
  if (name === undefined || uid === undefined || machine === null || group === null || node.controlPlane) return null;
  return { node: name, nodeUid: uid, instanceId: machine.instanceId, group, zone, pods, ready: node.ready === 'True' };
}
