import type { Evidence } from '../recovery/evidence.ts';
import type { Check } from '../recovery/scenario.ts';
import { readGroups, readNodes } from './ports.ts';
import { type GroupPlan, nodesOf, type ReplacementMemory, type ReplacementWork } from './work.ts';

/**
 * What must hold before the groups' hold is a thing of the past is checked after it was put back: capacity restored, nodes Ready,
 * and nothing left on what died. All checks look at one and the same moment, however many groups there are.
 */
export function checks(work: ReplacementWork, memory: ReplacementMemory): readonly Check[] {
  let seen: Promise<Seen> | null = null;
  const look = () => {
    seen ??= lookAt(work);
    return seen;
  };
  return [...work.groups.map((group) => capacity(memory, group, look)), left(work, look)];
}

type Seen = Awaited<ReturnType<typeof lookAt>>;

async function lookAt(work: ReplacementWork) {
  const { cluster, region } = work;
  const names = work.groups.map(({ name }) => name);
  const { groups } = await readGroups({ cluster, region, groups: names, instanceIds: [] });
  return { groups, nodes: await readNodes({ cluster, named: [] }) };
}

function capacity(memory: ReplacementMemory, planned: GroupPlan, look: () => Promise<Seen>): Check {
  const { name } = planned;
  const about = {
    claim: 'restored',
    target: `group ${name}`,
    source: 'Auto Scaling DescribeAutoScalingGroups',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { groups, nodes } = await look();
      const group = groups.find((one) => one.name === name);
      if (group === undefined) return { ...about, outcome: 'disproved', detail: 'the group is gone' };
      const ready = new Set(nodes.ready.map(([instanceId]) => instanceId));
      const joined = group.memberIds.filter((id) => ready.has(id)).length;
      const desired = memory.grown ? (planned.grownTo ?? planned.desired) : planned.desired;
      const right =
        group.desired === desired &&
        group.min === planned.min &&
        group.heldBy === null &&
        joined >= desired - planned.leftAlone;
      const detail = `min ${group.min}, max ${group.max}, desired ${group.desired}, ${joined} Ready nodes, suspended: ${group.suspended.join(', ') || 'none'}`;
      return { ...about, outcome: right ? 'proved' : 'disproved', detail };
    },
  };
}

function left(work: ReplacementWork, look: () => Promise<Seen>): Check {
  const about = {
    claim: 'ready',
    target: `cluster ${work.cluster}`,
    source: 'GET nodes, pods, volumeattachments',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { nodes, pending } = (await look()).nodes;
      const dead = new Set(nodesOf(work, 'dead').map(({ nodeUid }) => nodeUid));
      const busy = nodes.filter(({ uid, pods, attachments }) => dead.has(uid) && pods + attachments > 0);
      const waiting = pending.map(({ cause, count, examples }) => `${count} for ${cause} (${examples.join(', ')})`);
      const rest =
        busy.length === 0 ? 'nothing is left on dead nodes' : `${busy.length} dead nodes still hold pods or volumes`;
      const detail = `${rest}; pending pods: ${waiting.join('; ') || 'none'}`;
      return { ...about, outcome: busy.length === 0 ? 'proved' : 'disproved', detail };
    },
  };
}
