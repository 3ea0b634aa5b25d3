/**
 * A plain sequential program that makes the calls of a `volume-rebind` without Temporal: the scenario's own assessment, steps and
 * checks in order, each activity a function that is called. Reads claims from its argument as JSON, one recovery after another,
 * and writes the milliseconds of each as one line of JSON. It makes no report and holds no lease.
 */
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { loadSettings } from '../../config/settings.ts';
import { createAllActivities } from '../../worker/wiring.ts';
import type { Admitted } from '../../workflows/recovery/input.ts';
import type { ScenarioContext } from '../../workflows/recovery/scenario.ts';
import { assess } from '../../workflows/volume-rebind/assess.ts';
import type { VolumeRebindInput } from '../../workflows/volume-rebind/contract.ts';
import { decide } from '../../workflows/volume-rebind/decide.ts';
import { steps } from '../../workflows/volume-rebind/steps.ts';
import { checks } from '../../workflows/volume-rebind/verify.ts';
import type { RebindMemory } from '../../workflows/volume-rebind/work.ts';
import { callActivitiesBy } from './outside-temporal.ts';

const client = {} as Parameters<typeof createAllActivities>[1]['client'];
const activities = createAllActivities(loadSettings(), { client });

function call(name: string, input: unknown): Promise<unknown> {
  const activity = activities[name] as ((input: unknown) => Promise<unknown>) | undefined;
  if (activity === undefined) throw new Error(`no activity ${name}`);
  return new MockActivityEnvironment().run(activity, input);
}

async function recover(input: VolumeRebindInput): Promise<void> {
  const admitted = (await call('admitRecovery', { slug: 'volume-rebind', input })) as Admitted<VolumeRebindInput>;
  const context: ScenarioContext = {
    recoveryId: randomUUID(),
    workflowId: `plain/${input.namespace}/${input.pvc}`,
    settings: admitted.settings,
    report: () => {},
  };
  const verdict = decide(admitted, await assess(admitted, context), Date.now());
  if (verdict.kind !== 'proceed') throw new Error(`${verdict.kind}: ${verdict.message}`);
  const { work } = verdict;
  const memory: RebindMemory = {
    attempt: 1,
    volumeId: null,
    claimUid: work.claimUid,
    volumeName: null,
    snapshotName: null,
    definitionsUri: null,
  };
  const list = steps(work, memory, context);
  for (const step of list) await step.run();
  for (const { undo } of list) if (undo?.kind === 'put-back') await undo.run();
  for (const check of checks(work, memory, context)) {
    const { outcome, detail } = await check.run();
    if (outcome !== 'proved') throw new Error(`${check.claim} is ${outcome}: ${detail}`);
  }
}

callActivitiesBy(call);
for (const input of JSON.parse(process.argv[2] ?? '[]') as VolumeRebindInput[]) {
  const began = performance.now();
  await recover(input);
  console.log(JSON.stringify({ milliseconds: performance.now() - began }));
}
process.exit(0);
