import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { loadSettings } from '../../../config/settings.ts';
import { createAllActivities } from '../../../worker/wiring.ts';
import { matrixCases, sampleOf } from '../../matrix/matrix-case.ts';
import type { ScenarioMatrix } from '../../matrix/scenario-matrix.ts';
import { scenarioMatrices } from '../../matrix/scenarios.ts';
import { repositoryRoot } from './source-file.ts';

const settings = loadSettings(readEnvironment({ REKINDLE_CONFIG: `${repositoryRoot}/config/rekindle.example.yaml` }));
const client = {} as Parameters<typeof createAllActivities>[1]['client'];
const registered = Object.keys(createAllActivities(settings, { client }));

function withoutCase(activities: readonly string[], matrices: readonly ScenarioMatrix[]): string[] {
  const covered = new Set(matrixCases(matrices).map(({ activity }) => activity));
  return activities.filter((name) => !covered.has(name));
}

describe('the crash matrix', () => {
  it('has an entry for every activity that a worker registers', () => {
    expect(registered.length).toBeGreaterThan(20);
    expect(withoutCase(registered, scenarioMatrices)).toEqual([]);
  });

  it('names no activity that no worker registers', () => {
    const named = scenarioMatrices.flatMap(({ entries }) => Object.keys(entries));
    expect(named.filter((name) => !registered.includes(name))).toEqual([]);
  });

  it('would find an activity without an entry', () => {
    expect(withoutCase([...registered, 'brandNew'], scenarioMatrices)).toEqual(['brandNew']);
  });

  it('has a situation for every entry', () => {
    const unknown = matrixCases(scenarioMatrices).filter(({ matrix, situation }) => !(situation in matrix.situations));
    expect(unknown).toEqual([]);
  });
});

describe('the choice of cases', () => {
  const all = matrixCases(scenarioMatrices);

  it('takes every point of an entry that names none', () => {
    const points = matrixCases(scenarioMatrices, { activity: 'admitRecovery' }).map(({ point }) => point);
    expect(points).toEqual(['before', 'effect', 'after']);
  });

  it('filters by scenario, activity, point and situation', () => {
    const filter = {
      scenario: 'volume-rebind',
      activity: 'saveReport,readVolume',
      point: 'effect',
      situation: 'volume-deleted',
    };
    const chosen = matrixCases(scenarioMatrices, filter);
    expect(new Set(chosen.map(({ activity }) => activity))).toEqual(new Set(['saveReport', 'readVolume']));
    expect(chosen.every(({ point }) => point === 'effect')).toBe(true);
    expect(matrixCases(scenarioMatrices, { scenario: 'none' })).toEqual([]);
  });

  it('samples different cases from the whole length of the list', () => {
    const sample = sampleOf(all, 6);
    expect(new Set(sample).size).toBe(6);
    expect(all.indexOf(sample[5] as (typeof all)[number])).toBeGreaterThan(all.length / 2);
    expect(sampleOf(all.slice(0, 2), 6)).toHaveLength(2);
  });
});
