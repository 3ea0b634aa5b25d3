import { workflowId, workflowType } from '../../workflows/node-replacement/contract.ts';
import type { RecoveryStatus } from '../../workflows/recovery/result.ts';
import { nodeWorld, replacedProblems, settingsProblems } from '../worlds/node-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

/** One of two machines of a group died. */
function situation(cancelledIn?: string): Situation {
  const end: RecoveryStatus = cancelledIn === undefined ? 'recovered' : 'cancelled';
  return {
    // One of its own for each case: the worker of the next case, already armed, must not strike this one.
    workflowId: (name) => `${workflowId({ cluster: 'prod' })}/${name}`,
    ...(cancelledIn === undefined ? {} : { cancelledIn }),
    async prepare({ sandbox, access }, name) {
      const world = await nodeWorld(sandbox, access, name);
      const before = await world.read();
      const dead = await world.kill(1);
      return {
        input: world.input,
        async problems(result) {
          if (result.status !== end) return [`the run ended ${JSON.stringify(result)} instead of ${end}`];
          if (end === 'recovered') return replacedProblems(world, before, dead);
          const [living = ''] = world.instances.slice(1);
          const after = await world.read();
          const kept = after.Instances?.some(({ InstanceId }) => InstanceId === living) ?? false;
          return [...settingsProblems(before, after, await world.nodes()), ...(kept ? [] : [`${living} was ended`])];
        },
        remove: world.remove,
      };
    },
  };
}

const situations = {
  'node-dead': situation(),
  'cancelled-early': situation('waitReplacements'),
  'cancelled-late': situation('waitNodesEmpty'),
};

const everyTime = [{ situation: 'node-dead' }] as const;
const putBack = [...everyTime, { situation: 'cancelled-early' }, { situation: 'cancelled-late' }] as const;

export const nodeReplacementMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'node-replacement',
  workflowType,
  situations,
  entries: {
    readNodes: everyTime,
    readGroups: everyTime,
    holdGroups: everyTime,
    raiseCapacity: everyTime,
    waitReplacements: everyTime,
    fenceNodes: [...everyTime, { situation: 'node-dead', call: 2 }],
    retireMachines: everyTime,
    waitNodesEmpty: everyTime,
    unfenceNodes: [...everyTime, { situation: 'cancelled-late' }],
    releaseGroups: putBack,
  },
};
