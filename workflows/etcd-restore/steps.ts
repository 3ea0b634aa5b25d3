import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { replaceSteps } from './replace-members.ts';
import { restoreAllSteps } from './restore-all.ts';
import { veleroSteps } from './velero-fallback.ts';
import type { RestoreMemory, RestoreWork } from './work.ts';

/** The steps of the remedy that was chosen. */
export function steps(work: RestoreWork, memory: RestoreMemory, context: ScenarioContext): readonly Step[] {
  switch (work.remedy) {
    case 'restore-all':
      return restoreAllSteps(work, memory, context);
    case 'replace-members':
      return replaceSteps(work, memory, context);
    case 'velero':
      return veleroSteps(work, memory, context);
  }
}
