import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import {
  clearNodes,
  drainNodes,
  fenceNodes,
  limits,
  raiseCapacity,
  retireMachines,
  uncordonNodes,
  unfenceNodes,
  waitPodsStarted,
  waitReplacements,
} from './ports.ts';
import type { ReplacementWork, Wave } from './work.ts';

interface WaveContext {
  readonly work: ReplacementWork;
  readonly wave: Wave;
  readonly context: ScenarioContext;
  /** Of 1 to the number of waves. */
  readonly number: number;
  /** `Wave 3 of 12`. */
  readonly title: string;
  readonly target: string;
}

export function waveSteps(work: ReplacementWork, index: number, context: ScenarioContext): readonly Step[] {
  const wave = work.waves[index];
  if (wave === undefined) return [];
  const number = index + 1;
  const about = {
    work,
    wave,
    context,
    number,
    title: `Wave ${number} of ${work.waves.length}`,
    target: targetOf(wave),
  };
  return wave.kind === 'dead'
    ? [launchStep(about), fenceStep(about), retireStep(about), emptyStep(about)]
    : [launchStep(about), drainStep(about), retireStep(about)];
}

export function identityOf({ cluster, region }: ReplacementWork, { recoveryId, workflowId }: ScenarioContext) {
  return { cluster, region, recoveryId, workflowId };
}

function launchStep({ work, wave, context, number, title }: WaveContext): Step {
  return {
    id: `launch-${number}`,
    title: `${title}: launch replacements and wait until they are Ready`,
    target: wave.groups.map(({ name, desired }) => `${name} to ${desired}`).join(', '),
    effect: 'create',
    expectedSeconds: 120,
    skippable: false,
    // The size of the groups is put back with their hold.
    undo: null,
    run: async () => {
      const groups = wave.groups.map(({ name, desired }) => ({ name, desired }));
      await raiseCapacity({ ...identityOf(work, context), groups });
      return waitFor(work, wave.groups, context);
    },
  };
}

function fenceStep({ work, wave, context, number, title, target }: WaveContext): Step {
  return {
    id: `fence-${number}`,
    title: `${title}: taint nodes whose machine EC2 proves dead, and wait until their pods and volumes have moved`,
    target,
    effect: 'delete',
    expectedSeconds: 30,
    skippable: true,
    undo: {
      kind: 'put-back',
      title: `Take the taint off the nodes of wave ${number}`,
      run: () => unfenceNodes({ cluster: work.cluster, recoveryId: context.recoveryId }),
    },
    run: async () => {
      const fenced = await fenceNodes({ ...identityOf(work, context), nodes: refsOf(wave) });
      // Before the machines are ended: with the node object the taint goes, and volumes would wait six minutes.
      return `${fenced}; ${await clear(work, wave, context, 'fenced')}`;
    },
  };
}

function drainStep({ work, wave, context, number, title, target }: WaveContext): Step {
  return {
    id: `drain-${number}`,
    title: `${title}: cordon living nodes and evict their pods within the budgets`,
    target,
    effect: 'change',
    expectedSeconds: 60,
    skippable: false,
    undo: {
      kind: 'put-back',
      title: `Take the cordon off the nodes of wave ${number}`,
      run: () => uncordonNodes({ cluster: work.cluster, recoveryId: context.recoveryId }),
    },
    run: () =>
      drainNodes({ ...identityOf(work, context), nodes: refsOf(wave), limitSeconds: work.drainTimeoutSeconds }),
  };
}

function retireStep({ work, wave, context, number, title, target }: WaveContext): Step {
  const { kind, nodes } = wave;
  return {
    id: `retire-${number}`,
    title: `${title}: end the ${kind} machines through their groups`,
    target,
    effect: 'delete',
    expectedSeconds: 60,
    skippable: false,
    undo: null,
    pointOfNoReturn: 'old machines were ended; their replacements carry the pods',
    run: async () => {
      const identity = identityOf(work, context);
      const ended = await retireMachines({ ...identity, nodes, as: kind, limitSeconds: limits.terminated });
      // Those that EC2 only called impaired are proved dead by now.
      if (kind === 'dead') await fenceNodes({ ...identity, nodes: refsOf(wave) });
      return ended;
    },
  };
}

function emptyStep({ work, wave, context, number, title, target }: WaveContext): Step {
  return {
    id: `empty-${number}`,
    title: `${title}: wait until nothing is left on the dead nodes and its pods have started`,
    target,
    effect: 'delete',
    expectedSeconds: 40,
    skippable: true,
    undo: null,
    run: async () => {
      const cleared = await clear(work, wave, context, 'all');
      const started = await waitPodsStarted({
        cluster: work.cluster,
        atMost: work.startingPods,
        limitSeconds: limits.started,
      });
      return `${cleared}; ${started}`;
    },
  };
}

function clear(work: ReplacementWork, wave: Wave, context: ScenarioContext, which: 'fenced' | 'all'): Promise<string> {
  return clearNodes({
    ...identityOf(work, context),
    nodes: refsOf(wave),
    which,
    patienceSeconds: work.stuckPodSeconds,
    limitSeconds: work.stuckPodSeconds + limits.empty,
  });
}

export function waitFor(
  work: ReplacementWork,
  groups: Wave['groups'],
  { recoveryId }: ScenarioContext,
): Promise<string> {
  const names = new Set(groups.map(({ name }) => name));
  const dead = work.waves.flatMap((wave) => (wave.kind === 'dead' ? wave.nodes : []));
  return waitReplacements({
    cluster: work.cluster,
    region: work.region,
    recoveryId,
    groups: groups.map(({ name, ready }) => ({ name, ready })),
    deadIds: dead.filter(({ group }) => names.has(group)).map(({ instanceId }) => instanceId),
    limitSeconds: work.joinTimeoutSeconds,
    patienceSeconds: work.launchPatienceSeconds,
  });
}

function refsOf({ nodes }: Wave) {
  return nodes.map(({ node, nodeUid, instanceId }) => ({ node, nodeUid, instanceId }));
}

function targetOf({ nodes }: Wave): string {
  const names = nodes.slice(0, 5).map(({ node }) => node);
  return nodes.length > 5 ? `${names.join(', ')} and ${nodes.length - 5} more` : names.join(', ');
}
