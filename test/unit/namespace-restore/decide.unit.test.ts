import { describe, expect, it } from 'vitest';
import type { PlannedAction, RestoreSurvey } from '../../../activities/restores/types.ts';
import { workflowId } from '../../../workflows/namespace-restore/contract.ts';
import { decide } from '../../../workflows/namespace-restore/decide.ts';
import type { RestoreFacts } from '../../../workflows/namespace-restore/facts.ts';
import { namespaceRestoreInputSchema } from '../../../workflows/namespace-restore/input-schema.ts';
import { restoreName, restoreSpec } from '../../../workflows/namespace-restore/restore-object.ts';
import type { RestoreWork } from '../../../workflows/namespace-restore/work.ts';
import { nightlyBackup } from '../../worlds/nightly-backup.ts';
import { runSettings } from '../../worlds/run-settings.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const settings = runSettings;
const backup = nightlyBackup;
const none = { create: 0, same: 0, update: 0, recreate: 0, keep: 0, conflict: 0, unserved: 0, leave: 0 };
const samples = Object.fromEntries(
  Object.keys(none).map((action) => [action, []]),
) as unknown as RestoreSurvey['samples'];

function surveyOf(counts: Partial<Record<PlannedAction, number>>, more: Partial<RestoreSurvey> = {}): RestoreSurvey {
  return {
    backup,
    backupErrors: [],
    counts: { ...none, ...counts },
    samples,
    list: { bucket: 'artefacts', key: 'reports/plan.json', sha256: 'abc', objects: 3 },
    namespaces: [{ from: 'production', name: 'production', state: 'absent', held: [], changes: counts.create ?? 0 }],
    excludedResources: ['pods'],
    includedResources: null,
    labelSelector: null,
    unservedKinds: [],
    webhooks: [],
    claims: [],
    claimsWithData: 0,
    ...more,
  };
}

function factsOf(survey: RestoreSurvey | null, more: Partial<RestoreFacts> = {}): RestoreFacts {
  return {
    velero: {
      veleroNamespace: 'velero',
      criticalNamespaces: [
        { name: 'ingress', priority: 1 },
        { name: 'production', priority: 2 },
      ],
    },
    health: { kind: 'well' } as RestoreFacts['health'],
    found: { backup, others: [] },
    survey,
    ...more,
  };
}

const input = { cluster: 'prod', backup: 'latest', dryRun: false, approval: 'automatic' } as const;
const judged = (facts: RestoreFacts, more: object = { namespaces: ['production'] }) =>
  decide({ input: { ...input, ...more }, settings }, facts, now);

describe('the verdict', () => {
  it('takes the backup by its name, and its age for the loss', () => {
    const verdict = judged(factsOf(surveyOf({ create: 3 })));
    expect(verdict).toMatchObject({
      kind: 'proceed',
      work: {
        backup: 'nightly',
        targets: ['production'],
        waves: [{ priority: 2, namespaces: ['production'], changes: 3 }],
      },
      draft: { recoveryPoint: { seconds: 86_400 } },
    });
  });

  it.each([
    ['velero-down', factsOf(null, { health: { kind: 'ill', code: 'velero-down', message: 'it is down' } })],
    ['no-backup', factsOf(null, { found: { backup: null, others: ['older: PartiallyFailed'] } })],
    ['backup-not-usable', factsOf(null, { found: { backup: { ...backup, phase: 'Failed' }, others: [] } })],
    ['nothing-selected', factsOf(surveyOf({ leave: 4 }))],
    [
      'namespace-terminating',
      factsOf(
        surveyOf(
          { create: 1 },
          {
            namespaces: [
              {
                from: 'production',
                name: 'production',
                state: 'terminating',
                held: ['NamespaceFinalizersRemaining: held'],
                changes: 1,
              },
            ],
          },
        ),
      ),
    ],
  ])('refuses with %s', (code, facts) => {
    expect(judged(facts)).toMatchObject({ kind: 'refuse', code });
  });

  it('has nothing to do where all is as saved, and names what is kept', () => {
    const kept = surveyOf({ same: 2, keep: 1 }, { samples: { ...samples, keep: ['ConfigMap production/a (data)'] } });
    const verdict = judged(factsOf(kept));
    expect(verdict).toMatchObject({ kind: 'nothing-to-do', code: 'nothing-to-restore' });
    expect('message' in verdict && verdict.message).toContain('ConfigMap production/a');
  });

  it('is stopped by a released volume in the way, and only warns of a missing storage class', () => {
    const claims = [
      { claim: 'production/data', code: 'volume-released', detail: 'pv-1 is Released' },
      { claim: 'production/data', code: 'no-storage-class', detail: 'no gp3' },
    ] as const;
    const verdict = judged(factsOf(surveyOf({ create: 1 }, { claims })));
    const unmet = verdict.kind === 'proceed' ? verdict.draft.preconditions.filter(({ met }) => !met) : [];
    expect(unmet.map(({ blocking }) => blocking)).toEqual([true, false]);
  });
});

describe('the order', () => {
  const namespaces = ['zoo', 'production', 'ingress', 'untouched'].map((name) => ({
    from: name,
    name,
    state: 'absent' as const,
    held: [],
    changes: name === 'untouched' ? 0 : 2,
  }));

  it('is that of the priorities; what has none comes last, and what needs nothing is no wave', () => {
    const verdict = judged(factsOf(surveyOf({ create: 6 }, { namespaces })), {
      namespaces: namespaces.map(({ name }) => name),
    });
    expect(verdict.kind === 'proceed' && verdict.work.waves.map((wave) => wave.namespaces)).toEqual([
      ['ingress'],
      ['production'],
      ['zoo'],
    ]);
  });

  it('keeps claims and volumes apart from what Velero may change', () => {
    const facts = factsOf(surveyOf({ create: 1, update: 1 }, { claimsWithData: 1 }));
    const verdict = judged(facts, { namespaces: ['production'], existing: 'update' });
    const work = verdict.kind === 'proceed' ? verdict.work : null;
    expect(work?.waves.map(({ part }) => part)).toEqual(['volumes', 'rest']);
    const specs = (work?.waves ?? []).map((wave) => restoreSpec(work as RestoreWork, wave, 'r'));
    expect(specs).toMatchObject([
      { existingResourcePolicy: 'none', includedResources: ['persistentvolumeclaims', 'persistentvolumes'] },
      { existingResourcePolicy: 'update', excludedResources: ['pods', 'persistentvolumeclaims', 'persistentvolumes'] },
    ]);
  });

  it('has no Restore without a kind, which Velero would take for all', () => {
    const survey = surveyOf(
      { create: 1 },
      { claimsWithData: 1, includedResources: ['persistentvolumeclaims', 'persistentvolumes'] },
    );
    const verdict = judged(factsOf(survey), { namespaces: ['production'], existing: 'recreate' });
    expect(verdict.kind === 'proceed' && verdict.work.waves.map(({ part }) => part)).toEqual(['volumes']);
  });

  it('ends with the whole backup where no namespaces are named', () => {
    const verdict = judged(factsOf(surveyOf({ create: 7 }, { namespaces })), {});
    expect(verdict.kind === 'proceed' && verdict.work.waves.map((wave) => [wave.namespaces, wave.changes])).toEqual([
      [['ingress'], 2],
      [['production'], 2],
      [null, 3],
    ]);
  });
});

describe('the Restore', () => {
  const work = {
    backup: 'nightly',
    includedResources: null,
    excludedResources: ['pods'],
    labelSelector: null,
    namespaceMapping: { production: 'copy' },
    existing: 'recreate',
    modifiers: [{ conditions: { groupResource: 'services' } }],
  } as unknown as RestoreWork;

  it('has the same name for every repeat of an attempt, fit for a label', () => {
    const recovery = '01234567-89ab-cdef-0123-456789abcdef';
    expect(restoreName(recovery, 2, 1)).toBe(`rekindle-${recovery}-2-1`);
    expect(restoreName(recovery, 20, 10).length).toBeLessThanOrEqual(63);
  });

  it('says what is wanted, and never a kind on both sides', () => {
    const wave = { priority: null, namespaces: ['production'], changes: 1 };
    expect(restoreSpec(work, wave, 'r')).toEqual({
      backupName: 'nightly',
      restorePVs: true,
      existingResourcePolicy: 'update',
      includedNamespaces: ['production'],
      excludedResources: ['pods'],
      namespaceMapping: { production: 'copy' },
      resourceModifier: { kind: 'ConfigMap', name: 'rekindle-r' },
    });
    const named = restoreSpec({ ...work, existing: 'keep', includedResources: ['services'] }, wave, 'r');
    expect(named).toMatchObject({ existingResourcePolicy: 'none', includedResources: ['services'] });
    expect(named).not.toHaveProperty('excludedResources');
  });
});

describe('the input', () => {
  it('takes a backup and options, and nothing that is misspelt', () => {
    expect(
      namespaceRestoreInputSchema.safeParse({ cluster: 'prod', backup: 'latest', existing: 'update' }).success,
    ).toBe(true);
    for (const wrong of [{ backup: undefined }, { existing: 'replace' }, { namespace: 'a' }, { namespaces: [] }]) {
      expect(namespaceRestoreInputSchema.safeParse({ cluster: 'prod', backup: 'latest', ...wrong }).success).toBe(
        false,
      );
    }
  });

  it('makes one workflow id of the namespaces as the cluster calls them', () => {
    expect(workflowId({ cluster: 'prod' })).toBe('namespace-restore/prod');
    const mapped = { cluster: 'prod', namespaces: ['b', 'a'], namespaceMapping: { b: 'copy' } };
    expect(workflowId(mapped)).toBe('namespace-restore/prod/a,copy');
  });
});
