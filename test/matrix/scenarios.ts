import type { ScenarioMatrix } from './scenario-matrix.ts';
import { volumeRebindMatrix } from './volume-rebind.ts';

/** The matrix of every scenario. */
export const scenarioMatrices: readonly ScenarioMatrix[] = [volumeRebindMatrix];

/** Registered activities that no scenario calls, each with the reason why it is registered all the same. */
export const activitiesOfNoScenario: Readonly<Record<string, string>> = {
  readCallerAccount: 'the account is part of the answer of every other activity of EC2; changes nothing',
  rehearseCreateVolume: 'a dry run of EC2; changes nothing',
};
