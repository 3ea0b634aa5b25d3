import { describe, expect, it } from 'vitest';
import { findScenario } from '../../../client/cli/read-input.ts';
import { visibilityQuery } from '../../../client/listed-recovery.ts';
import { startOptions } from '../../../client/start-options.ts';

const scenario = findScenario('volume-rebind');
const input = { cluster: 'prod', namespace: 'production', pvc: 'data-db-0' };

describe('a started recovery', () => {
  it('shows its target, who asked and why before its worker has said anything', () => {
    const given = { ...input, requestedBy: 'jo', reason: 'disk gone', incident: 'INC-1' };
    const { staticSummary, staticDetails, memo, typedSearchAttributes } = startOptions(scenario, given);
    expect(staticSummary).toBe('volume-rebind production/data-db-0 on prod');
    expect(staticDetails).toContain('Requested by: jo\n\nReason: disk gone\n\nIncident: INC-1');
    expect(memo).toEqual({
      scenario: 'volume-rebind',
      cluster: 'prod',
      requestedBy: 'jo',
      reason: 'disk gone',
      incident: 'INC-1',
    });
    expect(typedSearchAttributes.map(({ key, value }) => [key.name, value])).toEqual([
      ['RekindleScenario', 'volume-rebind'],
      ['RekindleCluster', 'prod'],
      ['RekindleIncident', 'INC-1'],
    ]);
  });

  it('writes neither person nor reason into a search attribute, which nothing encrypts', () => {
    const given = { ...input, requestedBy: 'jo@example.com', reason: 'the secret reason' };
    const { typedSearchAttributes } = startOptions(scenario, given);
    expect(JSON.stringify(typedSearchAttributes)).not.toMatch(/jo@example|secret reason/);
  });

  it('keeps its summary within what Temporal takes, whatever the names', () => {
    const long = { cluster: 'prod', namespace: 'n'.repeat(63), pvc: 'p'.repeat(253) };
    expect(startOptions(scenario, long).staticSummary.length).toBeLessThanOrEqual(160);
  });
});

describe('the filter of a list', () => {
  it('is of recoveries only, and narrows by what was given', () => {
    expect(visibilityQuery({})).toBe('RekindleScenario IS NOT NULL');
    expect(visibilityQuery({ cluster: 'prod', scenario: 'volume-rebind', running: true })).toBe(
      'RekindleScenario IS NOT NULL AND RekindleCluster = "prod" AND RekindleScenario = "volume-rebind" AND ExecutionStatus = "Running"',
    );
  });

  it('cannot be widened by a name', () => {
    expect(visibilityQuery({ cluster: 'a" OR "1" = "1' })).toContain('"a\\" OR \\"1\\" = \\"1"');
  });
});
