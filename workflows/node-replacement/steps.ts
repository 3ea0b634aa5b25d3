import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import {
  fenceNodes,
  holdGroups,
  limits,
  raiseCapacity,
  releaseGroups,
  retireMachines,
  unfenceNodes,
  waitNodesEmpty,
  waitReplacements,
} from './ports.ts';
import type { ReplacementMemory, ReplacementWork, Wave } from './work.ts';

/**
 * The steps in order: the groups held, then wave by wave capacity first, the taint where EC2 proves the death, and only then the
 * end of the dead machines. A wave begins only when the one before it is through, so new machines that do not join stop it all.
 */
export function steps(work: ReplacementWork, memory: ReplacementMemory, context: ScenarioContext): readonly Step[] {
  return [
    holdStep(work, memory, context),
    ...work.waves.flatMap((wave, index) => waveSteps(work, wave, index + 1, context)),
    ...growStep(work, memory, context),
  ];
}

function identityOf({ cluster, region }: ReplacementWork, { recoveryId, workflowId }: ScenarioContext) {
  return { cluster, region, recoveryId, workflowId };
}

function holdStep(work: ReplacementWork, memory: ReplacementMemory, context: ScenarioContext): Step {
  const identity = identityOf(work, context);
  const target = work.groups.map(({ name }) => name).join(', ');
  return {
    id: 'hold-groups',
    title: 'Suspend what would replace machines by itself',
    target,
    effect: 'change',
    expectedSeconds: 3,
    skippable: false,
    undo: {
      kind: 'put-back',
      title: `Put size and processes of ${target} back`,
      run: () =>
        releaseGroups({
          ...identity,
          groups: work.groups.map(({ name, members, grownTo }) => ({
            name,
            desired: memory.grown ? grownTo : null,
            formerMembers: members,
          })),
          dead: allDead(work),
        }),
    },
    run: () =>
      holdGroups({
        ...identity,
        groups: work.groups.map(({ name, min, max, desired }) => ({ name, min, max, desired })),
      }),
  };
}

function waveSteps(work: ReplacementWork, wave: Wave, number: number, context: ScenarioContext): readonly Step[] {
  const identity = identityOf(work, context);
  const { dead } = wave;
  const target = targetOf(wave);
  const nodes = dead.map(({ node, nodeUid, instanceId }) => ({ node, nodeUid, instanceId }));
  return [
    {
      id: `launch-${number}`,
      title: `Wave ${number}: launch replacements and wait until they are Ready`,
      target: wave.groups.map(({ name, desired }) => `${name} to ${desired}`).join(', '),
      effect: 'create',
      expectedSeconds: 120,
      skippable: false,
      // The size of the groups is put back with their hold.
      undo: null,
      run: async () => {
        await raiseCapacity({ ...identity, groups: wave.groups.map(({ name, desired }) => ({ name, desired })) });
        return waitFor(work, wave.groups, context);
      },
    },
    {
      id: `fence-${number}`,
      title: `Wave ${number}: taint nodes whose machine EC2 proves dead, so that pods and volumes move`,
      target,
      effect: 'change',
      expectedSeconds: 5,
      skippable: true,
      undo: {
        kind: 'put-back',
        title: `Take the taint off the nodes of wave ${number}`,
        run: () => unfenceNodes({ cluster: work.cluster, recoveryId: context.recoveryId }),
      },
      run: () => fenceNodes({ ...identity, nodes }),
    },
    {
      id: `retire-${number}`,
      title: `Wave ${number}: end the dead machines through their groups`,
      target,
      effect: 'delete',
      expectedSeconds: 60,
      skippable: false,
      undo: null,
      pointOfNoReturn: 'dead machines were ended; their replacements carry the pods',
      run: async () => {
        const ended = await retireMachines({ ...identity, dead, limitSeconds: limits.terminated });
        // Those that EC2 only called impaired are proved dead by now.
        await fenceNodes({ ...identity, nodes });
        return ended;
      },
    },
    {
      id: `empty-${number}`,
      title: `Wave ${number}: wait until nothing is left on the dead nodes`,
      target,
      effect: 'read',
      expectedSeconds: 40,
      skippable: true,
      undo: null,
      run: () => waitNodesEmpty({ cluster: work.cluster, nodes, limitSeconds: limits.empty }),
    },
  ];
}

function growStep(work: ReplacementWork, memory: ReplacementMemory, context: ScenarioContext): readonly Step[] {
  const growing = work.groups.flatMap(({ name, desired, grownTo, ready, members }) => {
    if (grownTo === null || grownTo <= desired) return [];
    // Members that were not Ready and are not replaced here (cut off, say) are not waited for.
    const replaced = allDead(work).filter((dead) => dead.group === name && members.includes(dead.instanceId)).length;
    return [{ name, desired: grownTo, ready: ready + replaced + grownTo - desired }];
  });
  if (growing.length === 0) return [];
  return [
    {
      id: 'grow',
      title: 'Add nodes and wait until they are Ready',
      target: growing.map(({ name, desired }) => `${name} to ${desired}`).join(', '),
      effect: 'create',
      expectedSeconds: 120,
      skippable: false,
      undo: null,
      run: async () => {
        await raiseCapacity({
          ...identityOf(work, context),
          groups: growing.map(({ name, desired }) => ({ name, desired })),
        });
        const line = await waitFor(work, growing, context);
        memory.grown = true;
        return line;
      },
    },
  ];
}

function waitFor(work: ReplacementWork, groups: Wave['groups'], { recoveryId }: ScenarioContext): Promise<string> {
  return waitReplacements({
    cluster: work.cluster,
    region: work.region,
    recoveryId,
    groups: groups.map(({ name, ready }) => ({ name, ready })),
    deadIds: allDead(work).map(({ instanceId }) => instanceId),
    limitSeconds: work.joinTimeoutSeconds,
    patienceSeconds: work.launchPatienceSeconds,
  });
}

export function allDead({ waves }: ReplacementWork) {
  return waves.flatMap(({ dead }) => dead);
}

function targetOf({ dead }: Wave): string {
  const names = dead.slice(0, 5).map(({ node }) => node);
  return dead.length > 5 ? `${names.join(', ')} and ${dead.length - 5} more` : names.join(', ');
}
