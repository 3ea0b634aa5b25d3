import { workflowId, workflowType } from '../../workflows/node-replacement/contract.ts';
import type { RecoveryStatus } from '../../workflows/recovery/result.ts';
import { endedMachines, wronglyEnded } from '../worlds/ended-machines.ts';
import { nodeWorld, replacedProblems, settingsProblems } from '../worlds/node-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

/** One of two machines of a group died, or lives and is to be drained. */
function situation(which: 'dead' | 'drained', cancelledIn?: string): Situation {
  const end: RecoveryStatus = cancelledIn === undefined ? 'recovered' : 'cancelled';
  return {
    // One of its own for each case: the worker of the next case, already armed, must not strike this one.
    workflowId: (name) => `${workflowId({ cluster: 'prod' })}/${name}`,
    ...(cancelledIn === undefined ? {} : { cancelledIn }),
    async prepare({ sandbox, access }, name) {
      const world = await nodeWorld(sandbox, access, name);
      if (which === 'dead') await world.kill(1);
      const before = await world.read();
      const [first = '', second = ''] = world.instances;
      const replaced = [first];
      const mark = await access.front.journalMark();
      return {
        input: which === 'dead' ? world.input : { ...world.input, drainNodes: [world.nodeOf(first)] },
        async problems(result) {
          if (result.status !== end) return [`the run ended ${JSON.stringify(result)} instead of ${end}`];
          // A stopped run ends what it launched and what was no Ready node yet.
          const ended = end === 'cancelled' ? await endedMachines(access, world.group, mark) : [];
          const launched = ended.filter((id) => !world.instances.includes(id));
          const wrongly = await wronglyEnded(access, world.group, mark, [...replaced, ...launched]);
          if (end === 'recovered') return [...wrongly, ...(await replacedProblems(world, before, replaced))];
          const after = await world.read();
          const members = after.Instances?.map(({ InstanceId }) => InstanceId) ?? [];
          const lost = (which === 'dead' ? [second] : world.instances).filter((id) => !members.includes(id));
          // The replacement of a living node lives as well, and may have pods by now: it stays, and the capacity covers it.
          const desired = (before.DesiredCapacity ?? 0) + (which === 'dead' ? 0 : 1);
          const declared = { ...before, DesiredCapacity: desired, MaxSize: Math.max(before.MaxSize ?? 0, desired) };
          return [
            ...wrongly,
            ...settingsProblems(declared, after, await world.nodes()),
            ...lost.map((id) => `${id} was ended`),
          ];
        },
        remove: world.remove,
      };
    },
  };
}

const situations = {
  'node-dead': situation('dead'),
  'node-drained': situation('drained'),
  'cancelled-early': situation('dead', 'waitReplacements'),
  'cancelled-fencing': situation('dead', 'fenceNodes'),
  'cancelled-retiring': situation('dead', 'retireMachines'),
  'cancelled-emptying': situation('dead', 'clearNodes'),
  'cancelled-late': situation('dead', 'waitPodsStarted'),
  'cancelled-draining': situation('drained', 'drainNodes'),
};

const everyTime = [{ situation: 'node-dead' }] as const;
const drained = [{ situation: 'node-drained' }] as const;

export const nodeReplacementMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'node-replacement',
  workflowType,
  situations,
  entries: {
    readNodes: everyTime,
    readGroups: everyTime,
    readVcpuQuota: everyTime,
    holdGroups: everyTime,
    raiseCapacity: everyTime,
    waitReplacements: everyTime,
    fenceNodes: [...everyTime, { situation: 'node-dead', call: 2 }],
    retireMachines: [...everyTime, ...drained],
    clearNodes: [...everyTime, { situation: 'node-dead', call: 2 }],
    waitPodsStarted: everyTime,
    drainNodes: drained,
    uncordonNodes: [...drained, { situation: 'cancelled-draining' }],
    unfenceNodes: [...everyTime, { situation: 'cancelled-late' }],
    releaseGroups: [
      ...everyTime,
      { situation: 'cancelled-early' },
      { situation: 'cancelled-fencing' },
      { situation: 'cancelled-retiring' },
      { situation: 'cancelled-emptying' },
      { situation: 'cancelled-late' },
      { situation: 'cancelled-draining' },
    ],
  },
};
