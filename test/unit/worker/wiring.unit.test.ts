import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../config/environment.ts';
import { parseInventory } from '../../../config/load.ts';
import { mergeActivities } from '../../../worker/merge-activities.ts';
import { createAllActivities } from '../../../worker/wiring.ts';

const example = readFileSync(new URL('../../../config/rekindle.example.yaml', import.meta.url), 'utf8');

describe('the wiring', () => {
  it('has the activities of every system, and reaches for none of them yet', () => {
    const inventory = parseInventory(example, 'rekindle.example.yaml');
    const client = new Client({ connection: Connection.lazy() });
    const activities = createAllActivities(
      { environment: readEnvironment({}), inventory, codecKeyFile: null },
      { client },
    );
    expect(Object.keys(activities)).toEqual(
      expect.arrayContaining([
        'admitRecovery',
        'acquireScopes',
        'readClaimFacts',
        'createVolumeFromSnapshot',
        'saveReport',
      ]),
    );
  });

  it('refuses two systems with an activity of the same name', () => {
    const system = { act: async () => {} };
    expect(() => mergeActivities({ one: system, two: system })).toThrow(
      'the systems one and two both have an activity act',
    );
  });
});
