import { expect, it } from 'vitest';
import { describeCase, matrixCases, sampleOf } from '../../matrix/matrix-case.ts';
import { runMatrix } from '../../matrix/run-matrix.ts';
import { scenarioMatrices } from '../../matrix/scenarios.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sampled = 6;

// `npm run matrix` runs all of them.
it(`${sampled} of the cases of the crash matrix end as they must`, { timeout: 900_000 }, async () => {
  const cases = sampleOf(
    matrixCases(scenarioMatrices.filter(({ extras = [], hosts }) => extras.length === 0 && hosts === undefined)),
    sampled,
  );
  const outcomes = await runMatrix(sharedSandbox(), cases, 3);
  expect(outcomes.map(({ title }) => title).sort()).toEqual(cases.map(describeCase).sort());
  expect(outcomes.filter(({ problems }) => problems.length > 0)).toEqual([]);
});
