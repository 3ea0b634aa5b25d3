import type { GroupPlan, PlannedNode, Wave } from './work.ts';

/** How large a wave may be. */
export interface WaveLimits {
  readonly nodes: number;
  /** Pods that are set free to start elsewhere; a single node may have more. */
  readonly pods: number;
}

/** A node that is to be replaced, and how many pods are on it. */
export interface Candidate extends PlannedNode {
  readonly pods: number;
  /** Whether its group counts it as Ready. */
  readonly ready: boolean;
}

/** Nodes in waves within the limits, taken from the zones in turn, so that no zone waits for another. Pure. */
export function zoneBalanced<T extends Candidate>(nodes: readonly T[], limits: WaveLimits): readonly (readonly T[])[] {
  const waves: T[][] = [];
  let pods = 0;
  for (const node of inTurn(nodes)) {
    const last = waves.at(-1);
    if (last === undefined || last.length >= limits.nodes || pods + node.pods > limits.pods) {
      waves.push([node]);
      pods = node.pods;
    } else {
      last.push(node);
      pods += node.pods;
    }
  }
  return waves;
}

function inTurn<T extends Candidate>(nodes: readonly T[]): readonly T[] {
  const zones = [...new Set(nodes.map(({ zone }) => zone))].sort();
  const queues = zones.map((zone) =>
    nodes.filter((one) => one.zone === zone).sort((left, right) => left.instanceId.localeCompare(right.instanceId)),
  );
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, rank) => queues.flatMap((queue) => queue[rank] ?? [])).flat();
}

/**
 * Capacity first: each wave asks for as many machines as it retires, and waits until that many more nodes are Ready. Dead nodes go
 * before living ones: what is down is mended before what still works is touched. Pure.
 */
export function planWaves(
  dead: readonly Candidate[],
  drained: readonly Candidate[],
  groups: readonly GroupPlan[],
  limits: WaveLimits,
): readonly Wave[] {
  /** Nodes by group that a wave made Ready for good. */
  const gained = new Map<string, number>();
  const plan = (kind: Wave['kind'], nodes: readonly Candidate[]): Wave => {
    const names = [...new Set(nodes.map(({ group }) => group))].sort();
    const parts = names.flatMap((name) => {
      const group = groups.find((one) => one.name === name);
      if (group === undefined) return [];
      const own = nodes.filter((one) => one.group === name);
      const before = gained.get(name) ?? 0;
      gained.set(name, before + own.filter(({ ready }) => !ready).length);
      // A dead machine that its group gave up already is being replaced by the group itself.
      const launched = own.filter(({ instanceId }) => group.members.includes(instanceId)).length;
      // Living nodes count until they are retired, so all of the launched come on top.
      const most = kind === 'dead' ? group.desired : group.desired + launched;
      return [{ name, desired: group.desired + launched, ready: Math.min(most, group.ready + before + own.length) }];
    });
    return { kind, nodes: nodes.map(plannedOf), groups: parts };
  };
  return [
    ...zoneBalanced(dead, limits).map((nodes) => plan('dead', nodes)),
    ...zoneBalanced(drained, limits).map((nodes) => plan('drained', nodes)),
  ];
}

function plannedOf({ pods: _pods, ready: _ready, ...planned }: Candidate): PlannedNode {
  return planned;
}
