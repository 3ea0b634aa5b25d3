import type { Evidence } from '../recovery/evidence.ts';
import type { Check } from '../recovery/scenario.ts';
import { readGroups, readNodes } from './ports.ts';
import { allDead } from './steps.ts';
import type { ReplacementMemory, ReplacementWork } from './work.ts';

/**
 * What must hold before the groups' hold is a thing of the past is checked after it was put back: capacity restored, nodes Ready,
 * and nothing left on what died.
 */
export function checks(work: ReplacementWork, memory: ReplacementMemory): readonly Check[] {
  return [...work.groups.map((group) => capacity(work, memory, group.name)), left(work)];
}

function capacity(work: ReplacementWork, memory: ReplacementMemory, name: string): Check {
  const about = {
    claim: 'restored',
    target: `group ${name}`,
    source: 'Auto Scaling DescribeAutoScalingGroups',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { cluster, region } = work;
      const planned = work.groups.find((group) => group.name === name);
      const { groups } = await readGroups({ cluster, region, groups: [name], instanceIds: [] });
      const { nodes } = await readNodes({ cluster });
      const [group] = groups;
      if (group === undefined || planned === undefined)
        return { ...about, outcome: 'disproved', detail: 'the group is gone' };
      const ready = new Set(nodes.flatMap((node) => (node.ready === 'True' ? (node.instanceId ?? []) : [])));
      const joined = group.memberIds.filter((id) => ready.has(id)).length;
      const desired = memory.grown ? (planned.grownTo ?? planned.desired) : planned.desired;
      const cutOff =
        planned.members.filter((id) => !allDead(work).some(({ instanceId }) => instanceId === id)).length -
        planned.ready;
      const right =
        group.desired === desired &&
        group.min === planned.min &&
        group.heldBy === null &&
        joined >= desired - Math.max(0, cutOff);
      const detail = `min ${group.min}, max ${group.max}, desired ${group.desired}, ${joined} Ready nodes, suspended: ${group.suspended.join(', ') || 'none'}`;
      return { ...about, outcome: right ? 'proved' : 'disproved', detail };
    },
  };
}

function left(work: ReplacementWork): Check {
  const about = {
    claim: 'ready',
    target: `cluster ${work.cluster}`,
    source: 'GET nodes, pods, volumeattachments',
  } as const;
  return {
    ...about,
    run: async (): Promise<Evidence> => {
      const { nodes, pending } = await readNodes({ cluster: work.cluster });
      const dead = new Set(allDead(work).map(({ nodeUid }) => nodeUid));
      const busy = nodes.filter(({ uid, pods, attachments }) => dead.has(uid) && pods + attachments > 0);
      const waiting = pending.map(({ cause, count, examples }) => `${count} for ${cause} (${examples.join(', ')})`);
      const rest =
        busy.length === 0 ? 'nothing is left on dead nodes' : `${busy.length} dead nodes still hold pods or volumes`;
      const detail = `${rest}; pending pods: ${waiting.join('; ') || 'none'}`;
      return { ...about, outcome: busy.length === 0 ? 'proved' : 'disproved', detail };
    },
  };
}
