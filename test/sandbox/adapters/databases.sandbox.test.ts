import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabaseActivities } from '../../../activities/databases/activities.ts';
import type { CheckPostgresqlInput } from '../../../activities/databases/types.ts';
import { connectKubernetes } from '../../../activities/kubernetes/client.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { readyPods } from '../../../sandbox/seed/wait-for-workload.ts';
import { deployDatabase, type Workload } from '../../../sandbox/seed/workloads.ts';
import { realPace } from '../../adapters/test-pace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const clusters = connectKubernetes({ prod: { context: 'prod', kubeconfig: sandbox.kubeconfigPath } });
const { checkPostgresql } = createDatabaseActivities({ clusters, pace: realPace });
const namespace = `checks-${process.pid}`;
let access: ClusterAccess;
let workload: Workload;
let input: CheckPostgresqlInput;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  workload = await deployDatabase(access, { namespace, rows: 250, snapshot: 'none' });
  const [pod] = await readyPods(access.api, namespace, workload.name);
  input = { cluster: 'prod', namespace, pod: pod?.metadata?.name ?? '' };
});

afterAll(async () => {
  if (access !== undefined) await removeNamespace(access, namespace);
});

function findings(report: Awaited<ReturnType<typeof checkPostgresql>>) {
  return Object.fromEntries(report.findings.map(({ question, outcome }) => [question, outcome]));
}

describe('a real PostgreSQL in a pod', () => {
  it('is proved: it answers, is out of recovery, has its rows, and no page is damaged', async () => {
    const report = await checkPostgresql(input);
    expect(report).toMatchObject({ outcome: 'proved', rows: 250, rowsBasis: 'counted' });
    expect(report.version).toMatch(/^\d+/);
    expect(report.databases).toContainEqual({ name: 'postgres', bytes: expect.any(Number) });
    expect(findings(report)).toMatchObject({
      'accepts-connections': 'proved',
      'out-of-recovery': 'proved',
      'catalog-readable': 'proved',
      'data-checksums': 'proved',
    });
    expect(findings(report).amcheck).not.toBe('disproved');
  });

  it('is measured against the number of rows that the caller expects', async () => {
    const asked = { ...input, countQuery: 'select count(*) from orders where id <= 200' };
    expect(await checkPostgresql({ ...asked, minimumCount: 200 })).toMatchObject({ outcome: 'proved', rows: 200 });
    expect(await checkPostgresql({ ...asked, minimumCount: 201 })).toMatchObject({ outcome: 'disproved', rows: 200 });
  });

  it('is not written to, even by a query that tries', async () => {
    const create = { ...input, countQuery: 'select lo_create(0)::int', limitSeconds: 2 };
    await checkPostgresql(create);
    const countQuery = 'select count(*) from pg_largeobject_metadata';
    expect(await checkPostgresql({ ...input, countQuery })).toMatchObject({ outcome: 'proved', rows: 0 });
  });

  it('is unknown for a table, a database and a pod that do not exist', async () => {
    const limitSeconds = 2;
    const wrong = [{ countQuery: 'select count(*) from nothing' }, { database: 'nothing' }, { pod: 'nothing-0' }];
    for (const over of wrong) {
      expect(await checkPostgresql({ ...input, ...over, limitSeconds })).toMatchObject({ outcome: 'unknown' });
    }
  });

  it('is waited for while its pod is replaced', async () => {
    await access.api.delete(resources.pods, { name: input.pod, namespace });
    expect(await checkPostgresql({ ...input, limitSeconds: 90 })).toMatchObject({ outcome: 'proved', rows: 250 });
  });
});
