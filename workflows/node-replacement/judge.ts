import type { Machine } from '../../activities/autoscaling/types.ts';
import type { NodeView } from '../../activities/kubernetes/node-types.ts';
import type { NodeFacts } from './facts.ts';

/**
 * What two independent signals say of a node.
 *
 * - `alive`       Kubernetes says Ready
 * - `dead`        NotReady beyond the grace with a stale Lease, and EC2 says stopped, terminated, gone or impaired
 * - `partitioned` the same in Kubernetes, but EC2 finds the machine well: its pods may still run
 * - `settling`    one of the two has not noticed yet
 * - `ill`         the kubelet is heard but not Ready: nothing that a new machine would surely mend
 * - `foreign`     no instance of AWS stands behind it
 */
export type NodeState = 'alive' | 'dead' | 'partitioned' | 'settling' | 'ill' | 'foreign';

export interface JudgedNode {
  readonly node: Judged;
  readonly machine: Pick<Machine, 'instanceId' | 'state' | 'checks' | 'group'> | null;
  /** The named Auto Scaling group that it is or was a member of; null for a node of none of them. */
  readonly group: string | null;
  readonly state: NodeState;
}

/** What the verdict needs of a node; of Ready nodes no more is known. */
export type Judged = Pick<NodeView, 'instanceId' | 'zone' | 'ready' | 'leaseAgeSeconds'> & Partial<NodeView>;

/** A kubelet renews its Lease every 10 s and Kubernetes waits 50 s. */
const staleLeaseSeconds = 40;

export function judgeNodes({ cluster, cloud }: NodeFacts): readonly JudgedNode[] {
  const machines = new Map(cloud.machines.map((machine) => [machine.instanceId, machine]));
  // An account or region that knows none of the machines is the wrong place to ask: "missing" then proves nothing.
  const rightPlace = cloud.well > 0 || cloud.machines.some(({ state }) => state !== 'missing');
  const plain = cluster.ready.map(
    ([instanceId, zone]): Judged => ({ instanceId, zone, ready: 'True', leaseAgeSeconds: 0 }),
  );
  return [...cluster.nodes, ...plain].map((node) => {
    const { instanceId } = node;
    const machine = instanceId === null ? null : (machines.get(instanceId) ?? wellMachine(instanceId));
    return { node, machine, group: groupOf(machine, cloud.groups), state: stateOf(node, machine, rightPlace) };
  });
}

/** A member that is not told runs well. */
function wellMachine(instanceId: string) {
  return { instanceId, state: 'running', checks: 'ok', group: null } as const;
}

function groupOf(machine: JudgedNode['machine'], groups: NodeFacts['cloud']['groups']): string | null {
  if (machine === null) return null;
  const { instanceId } = machine;
  const member = groups.find(
    ({ memberIds, endingIds }) => memberIds.includes(instanceId) || endingIds.includes(instanceId),
  );
  return member?.name ?? groups.find(({ name }) => name === machine.group)?.name ?? null;
}

function stateOf(node: Judged, machine: JudgedNode['machine'], rightPlace: boolean): NodeState {
  if (machine === null) return 'foreign';
  const gone = isGone(machine, rightPlace);
  if (node.ready === 'True') return gone ? 'settling' : 'alive';
  const silent = node.leaseAgeSeconds === null || node.leaseAgeSeconds > staleLeaseSeconds;
  if (!silent) return gone ? 'settling' : 'ill';
  if (gone || machine.checks === 'impaired') return 'dead';
  if (machine.state === 'running') return machine.checks === 'initializing' ? 'settling' : 'partitioned';
  // On its way up or down, or missing where nothing is known: no proof of anything.
  return machine.state === 'missing' ? 'partitioned' : 'settling';
}

function isGone({ state }: Pick<Machine, 'state'>, rightPlace: boolean): boolean {
  return state === 'stopped' || state === 'terminated' || (state === 'missing' && rightPlace);
}

export type Extent =
  | { readonly kind: 'none' }
  | { readonly kind: 'observer'; readonly reason: string }
  | { readonly kind: 'partition'; readonly reason: string }
  | { readonly kind: 'settling'; readonly reason: string }
  | { readonly kind: 'zone-outage' | 'isolated'; readonly reason: string };

/** What it is altogether, in the named groups; whether the observer is to be believed, the whole cluster tells. When everything looks dead it is the observer that is suspected, and nothing is done (facts section 2). */
export function judgeExtent(judged: readonly JudgedNode[]): Extent {
  const of = (state: NodeState) => judged.filter((one) => one.state === state && one.group !== null);
  const dead = of('dead');
  const partitioned = of('partitioned');
  const ours = judged.filter(({ state }) => state !== 'foreign');
  if (ours.length > 1 && ours.every(({ node }) => node.ready !== 'True')) {
    const well = judged.filter(({ state }) => state === 'partitioned' || state === 'ill').length;
    return {
      kind: 'observer',
      reason: `none of ${ours.length} nodes is Ready, and EC2 finds ${well} of their machines well`,
    };
  }
  if (dead.length === 0 && partitioned.length > 0) {
    return {
      kind: 'partition',
      reason: `NotReady, but EC2 finds the machines well: ${namesOf(partitioned)}`,
    };
  }
  const settling = of('settling').filter(({ machine }) => machine?.checks !== 'initializing');
  if (settling.length > 0) {
    return { kind: 'settling', reason: `Kubernetes and EC2 do not agree yet: ${namesOf(settling)}` };
  }
  if (dead.length === 0) return { kind: 'none' };
  const zones = [...new Set(dead.map(({ node }) => node.zone))].filter((zone) => {
    const there = ours.filter(({ node }) => node.zone === zone);
    return there.length > 1 && there.every(({ state }) => state === 'dead');
  });
  const count = `${dead.length} of ${ours.length} nodes are dead by Kubernetes and by EC2`;
  if (zones.length > 0) return { kind: 'zone-outage', reason: `${count}; none lives in ${zones.sort().join(', ')}` };
  return { kind: 'isolated', reason: count };
}

export function namesOf(judged: readonly JudgedNode[]): string {
  const told = judged
    .slice(0, 10)
    .map(({ node, machine }) => `${node.name ?? 'the node'} (${machine?.instanceId}, ${machine?.state})`);
  return judged.length > 10 ? `${told.join(', ')} and ${judged.length - 10} more` : told.join(', ');
}
