import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { holdGroups, raiseCapacity, releaseGroups } from './ports.ts';
import { identityOf, waitFor, waveSteps } from './wave-steps.ts';
import { nodesOf, type ReplacementMemory, type ReplacementWork } from './work.ts';

/**
 * The steps in order: the groups held, then wave by wave capacity first, the proof and the taint for dead nodes or the drain for
 * living ones, and only then the end of the old machines. A wave begins only when the one before it is through, so new machines that
 * do not join stop it all.
 */
export function steps(work: ReplacementWork, memory: ReplacementMemory, context: ScenarioContext): readonly Step[] {
  return [
    holdStep(work, memory, context),
    ...work.waves.flatMap((_wave, index) => waveSteps(work, index, context)),
    ...growStep(work, memory, context),
  ];
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
          dead: nodesOf(work, 'dead'),
        }),
    },
    run: () =>
      holdGroups({
        ...identity,
        groups: work.groups.map(({ name, min, max, desired }) => ({ name, min, max, desired })),
      }),
  };
}

function growStep(work: ReplacementWork, memory: ReplacementMemory, context: ScenarioContext): readonly Step[] {
  const growing = work.groups.flatMap(({ name, desired, grownTo, ready, members }) => {
    if (grownTo === null || grownTo <= desired) return [];
    // Members that were not Ready and are not replaced here (cut off, say) are not waited for.
    const replaced = nodesOf(work, 'dead').filter(
      (dead) => dead.group === name && members.includes(dead.instanceId),
    ).length;
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
