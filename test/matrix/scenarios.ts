import type { ScenarioMatrix } from './scenario-matrix.ts';
import { volumeRebindMatrix } from './volume-rebind.ts';

/** The matrix of every scenario. */
export const scenarioMatrices: readonly ScenarioMatrix[] = [volumeRebindMatrix];
