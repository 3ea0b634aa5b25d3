import { expect, it } from 'vitest';
import { matrixCases, sampleOf } from '../../matrix/matrix-case.ts';
import { runMatrix } from '../../matrix/run-matrix.ts';
import { scenarioMatrices } from '../../matrix/scenarios.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sampled = 3;

// `npm run matrix` runs all of them.
it(`${sampled} of the cases that need Velero end as they must`, { timeout: 400_000 }, async () => {
  const matrices = scenarioMatrices.filter(({ extras = [] }) => extras.length > 0);
  const outcomes = await runMatrix(sharedSandbox(), sampleOf(matrixCases(matrices), sampled), 2);
  expect(outcomes).toHaveLength(sampled);
  expect(outcomes.filter(({ problems }) => problems.length > 0)).toEqual([]);
});
