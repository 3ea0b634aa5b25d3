import { beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createS3Activities } from '../../../activities/s3/activities.ts';
import type { KubernetesDefinition, S3Activities, SaveDefinitionsInput } from '../../../activities/s3/types.ts';
import { FakeS3Region } from '../../adapters/fake-s3.ts';
import { TestPace } from '../../adapters/test-pace.ts';

let s3: FakeS3Region;
let pace: TestPace;
let activities: S3Activities;
const place = {
  region: 'us-east-1',
  bucket: 'artefacts',
  cluster: 'prod',
  claim: { namespace: 'production', name: 'data-db-0' },
};
const claim: KubernetesDefinition = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data-db-0', namespace: 'production', uid: '1', annotations: { note: 'yes', number: '007' } },
  spec: { resources: { requests: { storage: '10Gi' } } },
};
const volume: KubernetesDefinition = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pvc-1' } };

beforeEach(() => {
  s3 = new FakeS3Region('artefacts');
  pace = new TestPace();
  activities = createS3Activities({ regions: s3.regions, pace });
});

function save(recoveryId: string, objects: readonly KubernetesDefinition[], over: Partial<SaveDefinitionsInput> = {}) {
  return activities.saveDefinitions({ ...place, recoveryId, workflowId: 'w', objects, ...over });
}

describe('saving definitions', () => {
  it('writes one YAML document for each, in their order, that reads back the same', async () => {
    const saved = await save('r1', [volume, claim]);
    expect(saved).toMatchObject({ objects: 2, recoveryId: 'r1', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const body = [...s3.objects.values()][0]?.body ?? '';
    expect(saved.bytes).toBe(Buffer.byteLength(body));
    expect(parseAllDocuments(body).map((document) => document.toJS())).toEqual([volume, claim]);
  });

  it('is the same object for a repeat, with the time of the first', async () => {
    const first = await save('r1', [claim]);
    await pace.sleep(60_000);
    expect(await save('r1', [{ ...claim }])).toEqual(first);
    expect(s3.written).toHaveLength(1);
  });

  it('never overwrites what the same recovery saved before', async () => {
    const first = await save('r1', [claim]);
    const second = await save('r1', [{ ...claim, spec: {} }]);
    expect(second.uri).not.toBe(first.uri);
    expect(s3.objects.size).toBe(2);
  });

  it.each<[string, KubernetesDefinition]>([
    ['a Secret', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password' } }],
    [
      'a list with a Secret in it',
      {
        apiVersion: 'v1',
        kind: 'List',
        metadata: { name: 'all' },
        items: [claim, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password' } }],
      },
    ],
  ])('refuses %s and stores nothing, not even the rest', async (_what, secret) => {
    await expect(save('r1', [claim, secret])).rejects.toMatchObject({ code: 'secret-refused' });
    expect(s3.objects.size).toBe(0);
  });

  it('takes another kind that happens to have the name', async () => {
    const sealed = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'password' } };
    expect(await save('r1', [sealed])).toMatchObject({ objects: 1 });
  });
});

describe('reading definitions', () => {
  it('finds the newest for a claim, whichever recovery saved it', async () => {
    await save('r1', [claim]);
    const newest = await save('r2', [{ ...claim, spec: {} }]);
    expect(await activities.readDefinitions(place)).toEqual({
      found: { ...newest, definitions: [{ ...claim, spec: {} }] },
    });
  });

  it('prefers the newest that holds the wanted kinds: a later save without the claim does not hide it', async () => {
    const whole = await save('r1', [claim, volume]);
    await save('r2', [volume]);
    const answer = await activities.readDefinitions({ ...place, preferKinds: ['PersistentVolumeClaim'] });
    expect(answer.found?.uri).toBe(whole.uri);
  });

  it('takes the newest of all where none holds the wanted kinds', async () => {
    await save('r1', [volume]);
    const newest = await save('r2', [{ ...volume, spec: {} }]);
    const answer = await activities.readDefinitions({ ...place, preferKinds: ['PersistentVolumeClaim'] });
    expect(answer.found?.uri).toBe(newest.uri);
  });

  it('finds those of one recovery', async () => {
    const first = await save('r1', [claim]);
    await save('r2', [volume]);
    expect((await activities.readDefinitions({ ...place, recoveryId: 'r1' })).found?.uri).toBe(first.uri);
  });

  it('does not take the definitions of a claim whose name only begins the same', async () => {
    await save('r1', [claim], { claim: { namespace: 'production', name: 'data-db-01' } });
    expect(await activities.readDefinitions(place)).toEqual({ found: null });
  });

  it('refuses bytes that differ from their digest', async () => {
    const { uri } = await save('r1', [claim]);
    const key = uri.replace('s3://', '');
    const stored = s3.objects.get(key);
    if (stored === undefined) throw new Error('not stored');
    s3.objects.set(key, { ...stored, body: stored.body.replace('10Gi', '99Gi') });
    await expect(activities.readDefinitions(place)).rejects.toMatchObject({ code: 'definitions-damaged' });
  });
});

describe('saving a report', () => {
  const report = { region: 'us-east-1', bucket: 'artefacts', json: '{}', markdown: '# Report' };

  it.each(['reports/prod/r1', '/reports/prod/r1/'])('puts both forms under the prefix %s', async (prefix) => {
    expect(await activities.saveReport({ ...report, prefix })).toEqual({
      jsonUri: 's3://artefacts/reports/prod/r1/report.json',
      markdownUri: 's3://artefacts/reports/prod/r1/report.md',
    });
    expect(s3.written).toEqual(['reports/prod/r1/report.json', 'reports/prod/r1/report.md']);
  });

  it('replaces an earlier report of the same run', async () => {
    await activities.saveReport({ ...report, prefix: 'reports/r1' });
    await activities.saveReport({ ...report, prefix: 'reports/r1', markdown: '# Final' });
    expect(s3.objects.get('artefacts/reports/r1/report.md')?.body).toBe('# Final');
  });
});
