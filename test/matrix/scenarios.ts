import type { ScenarioMatrix } from './scenario-matrix.ts';
import { volumeRebindMatrix } from './volume-rebind.ts';

/** The matrix of every scenario. */
export const scenarioMatrices: readonly ScenarioMatrix[] = [volumeRebindMatrix];

/** Registered activities that no scenario calls, each with the reason why it is registered all the same. */
export const activitiesOfNoScenario: Readonly<Record<string, string>> = {};
