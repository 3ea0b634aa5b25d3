import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { claimSteps, createVolume, swapVolumeObject } from './steps-ebs.ts';
import { retainOldVolume, saveObjects, waitBound } from './steps-objects.ts';
import { importSnapshot, replaceClaim } from './steps-snapshot.ts';
import { holdSteps, startWorkloads, waitQuiet, waitReady } from './steps-workload.ts';
import type { RebindMemory, RebindWork } from './work.ts';

/**
 * The steps in order. Nothing of the workload is touched before the new volume is there, and nothing is deleted before its
 * definition is saved and its volume object is Retain. The point of no return is the start of the workload: from then on the new
 * volume holds writes that exist nowhere else.
 */
export function steps(work: RebindWork, memory: RebindMemory, context: ScenarioContext): readonly Step[] {
  const { source } = work;
  const before = [...saveObjects(work, memory, context), ...retainOldVolume(work, context)];
  const stop = [...holdSteps(work, context), waitQuiet(work)];
  const start = startWorkloads(work, context);
  const ready = waitReady(work, context);
  switch (source.kind) {
    case 'csi-snapshot': {
      const bound = waitBound(work, memory);
      const exchange = [...importSnapshot(work, memory, context, source), replaceClaim(work, memory, context)];
      // A claim that waits for its first consumer is bound only once there is one.
      const late = work.workloads.length > 0 && !source.boundBeforeStart;
      return late
        ? [...before, ...stop, ...exchange, ...start, bound, ...ready]
        : [...before, ...stop, ...exchange, bound, ...start, ...ready];
    }
    case 'ebs-snapshot':
      return [
        ...before,
        createVolume(work, memory, context, source),
        ...stop,
        ...claimSteps(work, memory, context),
        swapVolumeObject(work, memory, context),
        waitBound(work, memory),
        ...start,
        ...ready,
      ];
    case 'ebs-volume':
      return [
        ...before,
        ...stop,
        ...claimSteps(work, memory, context),
        swapVolumeObject(work, memory, context),
        waitBound(work, memory),
        ...start,
        ...ready,
      ];
  }
}
