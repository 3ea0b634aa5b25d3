/**
 * A plain sequential program that makes the calls of a scenario without Temporal, each activity a function that is called. Reads the
 * scenario and its inputs (JSON) from its arguments, one recovery after another, and writes the milliseconds of each as one line of
 * JSON.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { loadSettings } from '../../config/settings.ts';
import { createAllActivities } from '../../worker/wiring.ts';
import { assess as assessNodes } from '../../workflows/node-replacement/assess.ts';
import type { NodeReplacementInput } from '../../workflows/node-replacement/contract.ts';
import { decide as decideNodes } from '../../workflows/node-replacement/decide.ts';
import { steps as nodeSteps } from '../../workflows/node-replacement/steps.ts';
import { checks as nodeChecks } from '../../workflows/node-replacement/verify.ts';
import { assess as assessVolume } from '../../workflows/volume-rebind/assess.ts';
import type { VolumeRebindInput } from '../../workflows/volume-rebind/contract.ts';
import { decide as decideVolume } from '../../workflows/volume-rebind/decide.ts';
import { steps as volumeSteps } from '../../workflows/volume-rebind/steps.ts';
import { checks as volumeChecks } from '../../workflows/volume-rebind/verify.ts';
import type { RebindMemory } from '../../workflows/volume-rebind/work.ts';
import { callActivitiesBy } from './outside-temporal.ts';
import { recoverPlainly } from './plain-scenario.ts';

const client = {} as Parameters<typeof createAllActivities>[1]['client'];
const activities = createAllActivities(loadSettings(), { client });

function call(name: string, input: unknown): Promise<unknown> {
  const activity = activities[name] as ((input: unknown) => Promise<unknown>) | undefined;
  if (activity === undefined) throw new Error(`no activity ${name}`);
  return new MockActivityEnvironment().run(activity, input);
}

const recover = {
  'volume-rebind': (input: unknown) =>
    recoverPlainly(
      {
        slug: 'volume-rebind',
        assess: assessVolume,
        decide: decideVolume,
        steps: volumeSteps,
        verify: volumeChecks,
        memory: ({ claimUid }): RebindMemory => ({
          attempt: 1,
          volumeId: null,
          claimUid,
          volumeName: null,
          snapshotName: null,
          definitionsUri: null,
        }),
      },
      input as VolumeRebindInput,
      call,
    ),
  'node-replacement': (input: unknown) =>
    recoverPlainly(
      {
        slug: 'node-replacement',
        assess: assessNodes,
        decide: decideNodes,
        steps: nodeSteps,
        verify: nodeChecks,
        memory: () => ({ grown: false }),
      },
      input as NodeReplacementInput,
      call,
    ),
} as const;

callActivitiesBy(call);
const [slug = '', inputs = '[]'] = process.argv.slice(2);
if (!(slug in recover)) throw new Error(`no plain program for ${slug}; there is: ${Object.keys(recover).join(', ')}`);
for (const input of JSON.parse(inputs) as unknown[]) {
  const began = performance.now();
  await recover[slug as keyof typeof recover](input);
  console.log(JSON.stringify({ milliseconds: performance.now() - began }));
}
process.exit(0);
