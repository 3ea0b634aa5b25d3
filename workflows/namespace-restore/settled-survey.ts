import { sleep } from '@temporalio/workflow';
import type { RestoreSurvey } from '../../activities/restores/types.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { limits } from './ports.ts';

const firstPauseSeconds = 5;
const longestPauseSeconds = 20;

/**
 * Surveys until nothing that is on its way out is in the way: namespaces that terminate, and the volume objects of claims that are
 * gone, which stay until their volume is detached and deleted. What is still there at its limit is in the survey that is returned.
 */
export async function settledSurvey<Survey extends RestoreSurvey>(
  ask: () => Promise<Survey>,
  context: ScenarioContext,
): Promise<Survey> {
  let pause = firstPauseSeconds;
  for (let waited = 0; ; waited += pause) {
    const survey = await ask();
    const leaving = whatLeaves(survey, waited);
    if (leaving.length === 0) return survey;
    context.report(`waiting for the end of ${leaving.join(', ')}`);
    pause = waited < limits.terminating ? firstPauseSeconds : longestPauseSeconds;
    await sleep(pause * 1000);
  }
}

/** What a survey found on its way out and is worth waiting for after so many seconds. Pure. */
export function whatLeaves({ namespaces, claims }: RestoreSurvey, waitedSeconds: number): string[] {
  const ending = waitedSeconds < limits.terminating ? namespaces.filter(({ state }) => state === 'terminating') : [];
  const leaving = waitedSeconds < limits.leavingVolumes ? claims.filter((claim) => claim.leaving === true) : [];
  return [...ending.map(({ name }) => name), ...leaving.map(({ claim }) => `the former volume of ${claim}`)];
}
