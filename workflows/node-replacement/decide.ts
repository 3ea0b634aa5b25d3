import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { NodeReplacementInput } from './contract.ts';
import { draftOf } from './draft.ts';
import type { NodeFacts } from './facts.ts';
import { type JudgedNode, judgeExtent, judgeNodes } from './judge.ts';
import { planWaves } from './waves.ts';
import type { DeadNode, GroupPlan, ReplacementWork } from './work.ts';

const defaults = { maxParallel: 10, maxUnhealthyPercent: 20, joinTimeoutSeconds: 600, launchPatienceSeconds: 120 };

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
  const reason = extent.kind === 'none' ? 'no node is dead' : `${extent.kind}: ${extent.reason}`;
  const groups = groupPlans(facts, judged, input.desiredCapacity ?? null);
  const names = new Set(groups.map(({ name }) => name));
  const dead = deadNodes(judged);
  const shrunk = groups.find(({ grownTo, desired }) => grownTo !== null && grownTo < desired);
  if (shrunk !== undefined) {
    return refuse(
      'capacity-below-present',
      `group ${shrunk.name} has desired capacity ${shrunk.desired}, asked for ${shrunk.grownTo}`,
    );
  }
  const growing = groups.some(({ grownTo, desired }) => grownTo !== null && grownTo > desired);
  if (dead.length === 0 && !growing) {
    return { kind: 'nothing-to-do', code: 'nodes-healthy', message: `${reason} in ${[...names].join(', ')}` };
  }
  const involved = groups.filter(({ name, grownTo }) => grownTo !== null || dead.some(({ group }) => group === name));
  const stopped = cloud.groups.filter(({ name, suspended }) => {
    return (
      involved.some((one) => one.name === name) && (suspended.includes('Launch') || suspended.includes('Terminate'))
    );
  });
  if (stopped.length > 0) {
    const told = stopped.map(({ name, suspended }) => `${name} (${suspended.join(', ')})`).join('; ');
    return refuse('launch-suspended', `processes are suspended that a replacement needs: ${told}`);
  }
  const work: ReplacementWork = {
    cluster: input.cluster,
    region: settings.region,
    groups: involved,
    waves: planWaves(dead, involved, input.maxParallel ?? defaults.maxParallel),
    joinTimeoutSeconds: input.joinTimeoutSeconds ?? defaults.joinTimeoutSeconds,
    launchPatienceSeconds: input.launchPatienceSeconds ?? defaults.launchPatienceSeconds,
  };
  const maxUnhealthyPercent = input.maxUnhealthyPercent ?? defaults.maxUnhealthyPercent;
  const draft = draftOf({ work, facts, judged, dead, maxUnhealthyPercent, approval: input.approval });
  return { kind: 'proceed', reason, work, draft };
}

function groupPlans({ cloud }: NodeFacts, judged: readonly JudgedNode[], grownTo: number | null): readonly GroupPlan[] {
  const alive = new Set(judged.flatMap(({ node, state }) => (state === 'alive' ? (node.instanceId ?? []) : [])));
  return cloud.groups.map(({ name, min, max, desired, memberIds }) => ({
    name,
    min,
    max,
    desired,
    members: [...memberIds].sort(),
    ready: memberIds.filter((id) => alive.has(id)).length,
    grownTo,
  }));
}

/** Dead workers, each with its group. Control-plane and etcd nodes are never replaced here: their quorum is not ours to judge. */
function deadNodes(judged: readonly JudgedNode[]): readonly DeadNode[] {
  return judged.flatMap(({ node, machine, group, state }) => {
    if (state !== 'dead' || machine === null || group === null || node.controlPlane) return [];
    return [{ node: node.name, nodeUid: node.uid, instanceId: machine.instanceId, group, zone: node.zone }];
  });
}

function refuse(code: Code, message: string): Verdict<ReplacementWork> {
  return { kind: 'refuse', code, message };
}
