import { describe, expect, it } from 'vitest';
import { decide } from '../../../workflows/cluster-backup/decide.ts';
import type { BackupFacts } from '../../../workflows/cluster-backup/facts.ts';
import type { Admitted } from '../../../workflows/recovery/input.ts';
import { runSettings } from '../../worlds/run-settings.ts';
import { facts, health, policy, standing } from './facts.ts';

const now = Date.parse('2026-01-01T05:17:00Z');
const admitted: Admitted<{ cluster: string }> = {
  input: { cluster: 'prod', dryRun: false, approval: 'automatic' },
  settings: runSettings,
};

function proceeding(changes: Partial<BackupFacts> = {}) {
  const verdict = decide(admitted, { ...facts, ...changes }, now);
  if (verdict.kind !== 'proceed') throw new Error(JSON.stringify(verdict));
  return verdict;
}

describe('the objects of a policy', () => {
  it('are the defaults of the design where the inventory says nothing', () => {
    expect(proceeding().work.spec).toMatchObject({
      includedNamespaces: ['*'],
      includedResources: ['*'],
      includeClusterResources: true,
      snapshotVolumes: true,
      ttl: '168h0m0s',
      labelSelector: {
        matchExpressions: [
          { key: 'app.kubernetes.io/component', operator: 'NotIn', values: ['monitoring', 'logging'] },
        ],
      },
      storageLocation: 'default',
      volumeSnapshotLocations: ['default'],
      resourcePolicy: { kind: 'configmap', name: 'rekindle-volumes-default' },
    });
  });

  it('repeat the same backup by a Schedule, which has none where the policy has none', () => {
    const { schedule, spec } = proceeding().work;
    expect(schedule).toEqual({
      name: 'rekindle-default',
      spec: { schedule: '17 2 * * *', template: spec, useOwnerReferencesInBackup: false },
    });
    expect(proceeding({ policy: { ...policy, schedule: null } }).work.schedule.spec).toBeNull();
  });

  it('narrow the backup to the namespaces of the policy', () => {
    const narrowed = { ...policy, namespaces: ['staging'], excludedComponents: [] };
    const { work } = proceeding({ policy: narrowed });
    expect(work.spec).toMatchObject({ includedNamespaces: ['staging'] });
    expect(work.spec).not.toHaveProperty('labelSelector');
    expect(work.claims).toEqual([]);
  });
});

describe('the plan', () => {
  it('names a claim that will not be protected', () => {
    expect(proceeding().draft.warnings[0]).toMatch(/production\/scratch will not be protected: a local volume/);
  });

  it('holds the coverage of every namespace, by which no hash changes', () => {
    const { draft } = proceeding();
    expect(draft.preconditions.map(({ name, met }) => [name, met])).toEqual([
      ['coverage of namespace production', false],
      ['coverage of namespace staging', false],
    ]);
    expect(draft.recoveryPoint).toMatchObject({ seconds: null, basis: expect.stringContaining('production') });
  });
});

it.each<[string, string, Partial<BackupFacts>]>([
  ['Velero does not answer', 'velero-down', { health: { ...health, server: null } }],
  ['there is no location', 'backup-location-unusable', { health: { ...health, locations: [] } }],
  ['a namespace is not there', 'namespace-unknown', { policy: { ...policy, namespaces: ['produciton'] } }],
])('refuses when %s', (_title, code, changes) => {
  expect(decide(admitted, { ...facts, standing, ...changes }, now)).toMatchObject({ kind: 'refuse', code });
});
