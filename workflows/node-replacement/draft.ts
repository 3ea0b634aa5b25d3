import type { PlanDraft, Precondition } from '../recovery/plan.ts';
import type { NodeFacts } from './facts.ts';
import { type JudgedNode, namesOf } from './judge.ts';
import { vcpuPrecondition } from './vcpu-quota.ts';
import { nodesOf, type ReplacementWork } from './work.ts';

export interface DraftParts {
  readonly work: ReplacementWork;
  readonly facts: NodeFacts;
  readonly judged: readonly JudgedNode[];
  readonly maxUnhealthyPercent: number;
  readonly approval: 'automatic' | 'required';
}

/** Nodes that a plan names one by one; the plan of a mass failure must stay readable. */
const mostToldNodes = 20;

/** What an operator reads before approving. Pure. */
export function draftOf(parts: DraftParts): PlanDraft {
  const { work, judged } = parts;
  const { members, ready } = parts.facts.cluster.controlPlane;
  const dead = nodesOf(work, 'dead');
  const drained = nodesOf(work, 'drained');
  const replaced = new Set(dead.map(({ instanceId }) => instanceId));
  const skipped = judged.filter(({ node, state }) => state === 'dead' && !replaced.has(node.instanceId ?? ''));
  const ours = judged.filter(({ node }) => replaced.has(node.instanceId ?? ''));
  return {
    summary: summaryOf(work, dead.length, drained.length),
    recoveryPoint: {
      seconds: 0,
      basis: 'volumes stay; what pods of dead nodes held in memory or on local disks is lost',
    },
    preconditions: preconditionsOf(parts),
    warnings: [
      ...told(judged, 'partitioned', 'NotReady while EC2 finds the machine well: left alone, its pods may still run'),
      ...told(judged, 'ill', 'NotReady although its kubelet reports: left alone'),
      ...(skipped.length === 0 ? [] : [`dead, but of the control plane or of no named group: ${namesOf(skipped)}`]),
      ...ours
        .filter(({ node: { statefulPods = 0, attachments = 0 } }) => statefulPods + attachments > 0)
        .slice(0, mostToldNodes)
        .map(
          ({ node }) =>
            `${node.name}: ${node.statefulPods} StatefulSet pods, ${node.attachments} attached volumes; moved only after EC2 proved the machine dead`,
        ),
      ...(drained.length === 0
        ? []
        : [`living nodes are drained within their budgets and ended: ${drained.map(({ node }) => node).join(', ')}`]),
      ...(members > 0 && ready * 2 <= members
        ? [`${ready} of ${members} control-plane nodes are Ready: see etcd-restore before anything else`]
        : []),
      ...parts.facts.cluster.repairers.map((name) => `${name} replaces nodes too: pause it while this runs`),
      ...parts.facts.cloud.groups.flatMap(({ name, launchHooks, warmPool, lastFailure }) => [
        ...(launchHooks.length === 0
          ? []
          : [`group ${name}: launches wait for lifecycle hook ${launchHooks.join(', ')}`]),
        ...(lastFailure === null ? [] : [`group ${name}: a launch failed lately: ${lastFailure}`]),
        ...(warmPool ? [`group ${name} has a warm pool: launches may come from it`] : []),
      ]),
    ],
  };
}

function told(judged: readonly JudgedNode[], state: JudgedNode['state'], what: string): readonly string[] {
  const found = judged.filter((one) => one.state === state && one.group !== null);
  return found.length === 0 ? [] : [`${what}: ${namesOf(found)}`];
}

function summaryOf({ waves, groups }: ReplacementWork, dead: number, drained: number): string {
  const grown = groups.filter(({ grownTo, desired }) => grownTo !== null && grownTo > desired);
  const growth = grown.map(({ name, desired, grownTo }) => `${name} from ${desired} to ${grownTo}`).join(', ');
  const which = [...(dead > 0 ? [`${dead} dead`] : []), ...(drained > 0 ? [`${drained} living`] : [])].join(' and ');
  const replace = `Replace ${which} nodes in ${waves.length} ${waves.length === 1 ? 'wave' : 'waves'}`;
  if (dead + drained === 0) return `Add nodes: ${growth}`;
  return growth === '' ? replace : `${replace}, then add nodes: ${growth}`;
}

function preconditionsOf({ work, facts, judged, maxUnhealthyPercent, approval }: DraftParts): Precondition[] {
  const dead = nodesOf(work, 'dead');
  const refreshed = facts.cloud.groups.filter(
    ({ name, refresh }) => refresh !== null && work.groups.some((one) => one.name === name),
  );
  const ours = judged.filter(({ state }) => state !== 'foreign').length;
  const share = ours === 0 ? 0 : Math.round((100 * dead.length) / ours);
  const beyond = share > maxUnhealthyPercent;
  return [
    {
      name: 'approval where many nodes are dead',
      blocking: true,
      met: !beyond || approval === 'required',
      detail: `${share} % of the nodes are dead, up to ${maxUnhealthyPercent} % need no approval${beyond ? '; start with approval: required' : ''}`,
    },
    {
      name: 'no instance refresh is under way',
      blocking: true,
      met: refreshed.length === 0,
      detail: refreshed.length === 0 ? 'none' : refreshed.map(({ name, refresh }) => `${name}: ${refresh}`).join(', '),
    },
    vcpuPrecondition(work, facts),
  ];
}
