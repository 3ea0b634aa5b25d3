import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { NodeReplacementInput } from './contract.ts';
import { draftOf } from './draft.ts';
import { candidateOf, drainedNodes, undrainable } from './drained.ts';
import type { NodeFacts } from './facts.ts';
import { type JudgedNode, judgeExtent, judgeNodes } from './judge.ts';
import { type Candidate, planWaves } from './waves.ts';
import type { GroupPlan, ReplacementWork } from './work.ts';

const defaults = {
  maxParallel: 10,
  maxPodsPerWave: 300,
  maxUnhealthyPercent: 20,
  joinTimeoutSeconds: 600,
  launchPatienceSeconds: 120,
  drainTimeoutSeconds: 600,
  stuckPodSeconds: 90,
};
/** Share of a wave's pods that may still be starting when the next one begins. */
const startingShare = 0.1;

/** Whether and which nodes are replaced. Pure: equal facts give an equal plan. */
export function decide(
  { input, settings }: Admitted<NodeReplacementInput>,
  facts: NodeFacts,
): Verdict<ReplacementWork> {
  const { cloud } = facts;
  if (cloud.unknown.length > 0) {
    return refuse('group-unknown', `Auto Scaling knows no group ${cloud.unknown.join(', ')} in ${settings.region}`);
  }
  const held = cloud.groups.find(({ heldBy }) => heldBy !== null);
  if (held !== undefined) return refuse('scope-held', `group ${held.name} is held by recovery ${held.heldBy}`);
  const judged = judgeNodes(facts);
  const extent = judgeExtent(judged);
  switch (extent.kind) {
    case 'observer':
      return refuse('observer-suspected', extent.reason);
    case 'partition':
      return refuse('nodes-partitioned', extent.reason);
    case 'settling':
      return refuse('nodes-settling', extent.reason);
    case 'none':
    case 'isolated':
    case 'zone-outage':
  }
  const refused = undrainable(facts, judged, input.drainNodes ?? []);
  if (refused !== null) return refuse(refused.code, refused.message);
  const drained = drainedNodes(judged, input.drainNodes ?? []);
  const reason = extent.kind === 'none' ? 'no node is dead' : `${extent.kind}: ${extent.reason}`;
  const dead = deadNodes(judged);
  const replaced = [...dead, ...drained];
  const groups = groupPlans(facts, judged, replaced, input.desiredCapacity ?? null);
  const names = new Set(groups.map(({ name }) => name));
  const shrunk = groups.find(({ grownTo, desired }) => grownTo !== null && grownTo < desired);
  if (shrunk !== undefined) {
    return refuse(
      'capacity-below-present',
      `group ${shrunk.name} has desired capacity ${shrunk.desired}, asked for ${shrunk.grownTo}`,
    );
  }
  const growing = groups.some(({ grownTo, desired }) => grownTo !== null && grownTo > desired);
  if (dead.length === 0 && drained.length === 0 && !growing) {
    return { kind: 'nothing-to-do', code: 'nodes-healthy', message: `${reason} in ${[...names].join(', ')}` };
  }
  const involved = groups.filter(
    ({ name, grownTo }) => grownTo !== null || replaced.some(({ group }) => group === name),
  );
  const stopped = cloud.groups.filter(({ name, suspended }) => {
    return (
      involved.some((one) => one.name === name) && (suspended.includes('Launch') || suspended.includes('Terminate'))
    );
  });
  if (stopped.length > 0) {
    const told = stopped.map(({ name, suspended }) => `${name} (${suspended.join(', ')})`).join('; ');
    return refuse('launch-suspended', `processes are suspended that a replacement needs: ${told}`);
  }
  const podsPerWave = input.maxPodsPerWave ?? defaults.maxPodsPerWave;
  const work: ReplacementWork = {
    cluster: input.cluster,
    region: settings.region,
    groups: involved,
    waves: planWaves(dead, drained, involved, { nodes: input.maxParallel ?? defaults.maxParallel, pods: podsPerWave }),
    joinTimeoutSeconds: input.joinTimeoutSeconds ?? defaults.joinTimeoutSeconds,
    launchPatienceSeconds: input.launchPatienceSeconds ?? defaults.launchPatienceSeconds,
    drainTimeoutSeconds: input.drainTimeoutSeconds ?? defaults.drainTimeoutSeconds,
    stuckPodSeconds: input.stuckPodSeconds ?? defaults.stuckPodSeconds,
    startingPods: Math.ceil(podsPerWave * startingShare),
  };
  const maxUnhealthyPercent = input.maxUnhealthyPercent ?? defaults.maxUnhealthyPercent;
  const draft = draftOf({ work, facts, judged, maxUnhealthyPercent, approval: input.approval });
  return { kind: 'proceed', reason, work, draft };
}

function groupPlans(
  { cloud }: NodeFacts,
  judged: readonly JudgedNode[],
  replaced: readonly Candidate[],
  grownTo: number | null,
): readonly GroupPlan[] {
  const alive = new Set(judged.flatMap(({ node, state }) => (state === 'alive' ? (node.instanceId ?? []) : [])));
  const going = new Set(replaced.map(({ instanceId }) => instanceId));
  return cloud.groups.map(({ name, min, max, desired, memberIds }) => ({
    name,
    min,
    max,
    desired,
    members: [...memberIds].sort(),
    ready: memberIds.filter((id) => alive.has(id)).length,
    leftAlone: memberIds.filter((id) => !alive.has(id) && !going.has(id)).length,
    grownTo,
  }));
}

/** Dead workers, each with its group. Control-plane and etcd nodes are never replaced here: their quorum is not ours to judge. */
function deadNodes(judged: readonly JudgedNode[]): readonly Candidate[] {
  return judged.flatMap((one) => (one.state === 'dead' ? (candidateOf(one) ?? []) : []));
}

function refuse(code: Code, message: string): Verdict<ReplacementWork> {
  return { kind: 'refuse', code, message };
}
