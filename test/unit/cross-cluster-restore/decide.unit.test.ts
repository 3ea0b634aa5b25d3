import { describe, expect, it } from 'vitest';
import type { MovedVolume, StoredSurvey } from '../../../activities/backup-stores/types.ts';
import type { SnapshotCandidate, SnapshotSearchResult } from '../../../activities/ec2/types.ts';
import { workflowId } from '../../../workflows/cross-cluster-restore/contract.ts';
import { decide } from '../../../workflows/cross-cluster-restore/decide.ts';
import type { CrossFacts } from '../../../workflows/cross-cluster-restore/facts.ts';
import { crossClusterRestoreInputSchema } from '../../../workflows/cross-cluster-restore/input-schema.ts';
import { nightlyBackup } from '../../worlds/nightly-backup.ts';
import { runSettings } from '../../worlds/run-settings.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const target = { cluster: 'dr', fromCluster: 'prod', toCluster: 'dr', backup: 'latest' };
const settings = { ...runSettings, region: 'us-west-2' };
const backup = nightlyBackup;
const counts = { create: 2, same: 0, update: 0, recreate: 0, keep: 0, conflict: 0, unserved: 0, leave: 0 };
const survey: StoredSurvey = {
  backup,
  backupErrors: [],
  counts,
  samples: Object.fromEntries(Object.keys(counts).map((action) => [action, []])) as unknown as StoredSurvey['samples'],
  list: { bucket: 'artefacts', key: 'plan.json', sha256: 'abc', objects: 2 },
  namespaces: [{ from: 'shop', name: 'shop', state: 'absent', held: [], changes: 2 }],
  excludedResources: [],
  includedResources: null,
  labelSelector: null,
  unservedKinds: [],
  webhooks: [],
  claims: [],
  claimsWithData: 0,
  rules: [{ conditions: { groupResource: 'cronjobs.batch' } }],
  neutralised: ['CronJob shop/mail: suspended'],
  neutralisedCount: 1,
  sharedVolumes: [],
  movedVolumes: [],
  movedVolumeCount: 0,
  movedWorkloads: [],
  unplacedWorkloads: [],
};
const facts: CrossFacts = {
  velero: { veleroNamespace: 'velero', criticalNamespaces: [] },
  health: { kind: 'well' } as CrossFacts['health'],
  source: { region: 'us-east-1', bucket: 'backups-of-prod', readCredential: null },
  found: { backup, others: [], sourceVersion: 'v1.36.3' },
  target: { version: 'v1.36.1', backupFrom: null },
  survey,
  snapshots: [],
  neutralised: null,
};

function decided(changes: Partial<CrossFacts> = {}, input: object = {}) {
  const admitted = { input: { ...target, ...input, dryRun: false, approval: 'automatic' as const }, settings };
  return decide(admitted, { ...facts, ...changes }, now);
}

function proceeding(changes: Partial<CrossFacts> = {}, input: object = {}) {
  const verdict = decided(changes, input);
  if (verdict.kind !== 'proceed') throw new Error(JSON.stringify(verdict));
  return verdict;
}

const candidate = {
  ...{ snapshotId: 'snap-1', state: 'completed', progressPercent: 100, ownerAccountId: '1', startedAt: null },
  ...{ completedAt: null, volumeId: null, sizeGiB: 8, encrypted: true, kmsKeyId: null, description: '', tags: {} },
  ...{ storageTier: 'standard', region: 'us-west-2', clusters: [], veleroBackup: null, matches: ['snapshot-id'] },
} as unknown as SnapshotCandidate;
const asked: SnapshotSearchResult = {
  vantage: {} as SnapshotSearchResult['vantage'],
  candidates: [candidate],
  missing: [],
};
const archived = { ...asked, candidates: [{ ...candidate, storageTier: 'archive' as const }] };

/** A claim whose volume Velero would make in a zone that the target lacks. */
function moving() {
  const moved: MovedVolume = {
    ...{ snapshotId: 'snap-1', type: 'gp3', iops: 3000, fromZone: 'us-east-1a', zone: 'us-west-2a' },
    volume: {
      metadata: { name: 'pv-1' },
      spec: { persistentVolumeReclaimPolicy: 'Delete', csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-old' } },
    },
    claim: { metadata: { namespace: 'shop', name: 'data' }, spec: { volumeName: 'pv-1' } },
    namespace: { name: 'shop', labels: {}, annotations: {} },
  };
  return { survey: { ...survey, movedVolumes: [moved], movedVolumeCount: 1 }, snapshots: [asked] };
}

function unmet({ preconditions }: ReturnType<typeof proceeding>['draft']): string[] {
  return preconditions.filter(({ met, blocking }) => !met && blocking).map(({ detail }) => detail);
}

describe('a restore into another cluster', () => {
  it('reads the bucket of the source and changes on the way what would act twice', () => {
    const { work, draft } = proceeding();
    expect(work).toMatchObject({
      kind: 'restore',
      location: { name: 'rekindle-from-prod', store: { region: 'us-east-1', bucket: 'backups-of-prod' } },
      restore: { cluster: 'dr', backup: 'nightly', modifiers: survey.rules },
    });
    expect(draft.warnings.join('\n')).toMatch(/1 objects are neutralised until they are promoted: CronJob shop\/mail/);
    expect(draft.preconditions.at(-2)).toMatchObject({ name: 'the target is no older than the source', met: true });
  });

  it.each([
    ['v1.35.9', false],
    ['v1.36.0', true],
    ['v1.37.0', true],
    [null, false],
  ])('into %s is of no older version: %s', (version, met) => {
    const { draft } = proceeding({ target: { version, backupFrom: null } });
    expect(draft.preconditions.at(-2)).toMatchObject({ met, blocking: false });
  });

  it('is not executed where a volume of the source would be bound a second time', () => {
    const { draft } = proceeding({ survey: { ...survey, sharedVolumes: ['shop/data (volume pv-1)'] } });
    const condition = draft.preconditions.at(-1);
    expect(condition).toMatchObject({ met: false, blocking: true, detail: expect.stringContaining('shop/data') });
  });

  it('says so when nothing is neutralised', () => {
    expect(proceeding({}, { neutralise: false }).draft.warnings.at(-1)).toMatch(/acts in prod acts in dr as well/);
  });

  it('makes volumes in the zone of the mapping by itself, bound to their claims before Velero begins', () => {
    const { work, draft } = proceeding(moving());
    if (work.kind !== 'restore') throw new Error(work.kind);
    expect(work.moves).toMatchObject([
      {
        formerPolicy: 'Delete',
        claim: { metadata: { namespace: 'shop', name: 'data' }, spec: { volumeName: 'pv-1' } },
        volume: {
          ...{ pvName: 'pv-1', snapshotId: 'snap-1', zone: 'us-west-2a', type: 'gp3', sizeGiB: 8 },
          encrypted: true,
        },
        object: {
          template: {
            spec: {
              persistentVolumeReclaimPolicy: 'Retain',
              nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: ['us-west-2a'] }] }] } },
            },
          },
        },
      },
    ]);
    expect(draft.warnings.join()).toMatch(/another zone.*claim shop\/data in us-west-2a, from snap-1/);
    expect(unmet(draft)).toEqual([]);
  });

  it.each<[string, Partial<CrossFacts>, object, RegExp]>([
    ['its snapshot is not there', { snapshots: [{ ...asked, candidates: [] }] }, {}, /no completed snapshot snap-1/],
    ['its snapshot is archived', { snapshots: [archived] }, {}, /no completed snapshot snap-1/],
    ['its namespace is mapped', {}, { namespaceMapping: { shop: 'copy' } }, /second volume/],
    ['there are too many', { survey: { ...moving().survey, movedVolumeCount: 51 } }, {}, /51 volumes are too many/],
  ])('moves no volume when %s', (_title, changes, input, detail) => {
    const { draft } = proceeding({ ...moving(), ...changes }, input);
    expect(unmet(draft)).toEqual([expect.stringMatching(detail)]);
  });

  it.each<[string, string, Partial<CrossFacts>]>([
    ['Velero is ill', 'velero-down', { health: { kind: 'ill', code: 'velero-down', message: '' } }],
    ['no bucket is known', 'precondition-unmet', { source: { region: 'r', bucket: null, readCredential: null } }],
    ['the target has its own of that name', 'backup-name-taken', { target: { version: null, backupFrom: 'default' } }],
    ['there is no backup', 'no-backup', { found: { backup: null, others: [], sourceVersion: null }, survey: null }],
  ])('is refused when %s', (_title, code, changes) => {
    expect(decided(changes)).toMatchObject({ kind: 'refuse', code });
  });
});

describe('a promotion', () => {
  const mail = { kind: 'CronJob', namespace: 'shop', name: 'mail' };

  it('names what acts from then on', () => {
    const { work, draft } = proceeding({ neutralised: [mail] });
    expect(work).toEqual({ kind: 'promote', cluster: 'dr', objects: [mail] });
    expect(draft.warnings[0]).toMatch(/CronJob shop\/mail/);
  });

  it('has nothing to do where nothing is neutralised', () => {
    expect(decided({ neutralised: [] })).toMatchObject({ kind: 'nothing-to-do', code: 'nothing-to-promote' });
  });
});

describe('the input', () => {
  const problems = (changes: object) => {
    const parsed = crossClusterRestoreInputSchema.safeParse({ ...target, ...changes });
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  };

  it('acts on the cluster that it restores into, which is not the source', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ cluster: 'prod' })).toEqual(['toCluster']);
    expect(problems({ fromCluster: 'dr' })).toEqual(['fromCluster']);
    expect(problems({ zoneMapping: { 'us-east-1a': 'us-west-2-lax-1a' } })).toEqual([]);
    expect(problems({ zoneMapping: { 'us-east-1a': 'zone 1' } })).toEqual(['zoneMapping.us-east-1a']);
  });

  it('excludes a second restore between the same clusters by the id', () => {
    expect(workflowId(target)).toBe('cross-cluster-restore/dr/prod');
  });
});
