import { beforeEach, describe, expect, it } from 'vitest';
import { createDatabaseActivities } from '../../../activities/databases/activities.ts';
import type { CheckPostgresqlInput, DatabaseActivities } from '../../../activities/databases/types.ts';
import type { ExecOutcome } from '../../../activities/kubernetes/port.ts';
import type { Code } from '../../../errors/codes.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

let cluster: FakeKubernetes;
let pace: TestPace;
let activities: DatabaseActivities;
const input: CheckPostgresqlInput = { cluster: 'prod', namespace: 'production', pod: 'db-0', container: 'postgres' };
const facts = '{"version":"16.2","inRecovery":false,"checksums":"on","relations":1,"estimate":0,"databases":[]}';

beforeEach(() => {
  cluster = new FakeKubernetes();
  pace = new TestPace();
  activities = createDatabaseActivities({ clusters: cluster.clusters, pace });
});

const printed = (...lines: readonly string[]): ExecOutcome => ({
  status: 'success',
  exitCode: 0,
  stdout: `${[...lines, 'end'].join('\n')}\n`,
  stderr: '',
  reason: null,
});
const up = printed('ready\t0', 'facts-status\t0', `facts\t${facts}`, 'counts-status\t0', 'counts\t5');
const starting = printed('ready\t1');

/** Answers one after the other; the last one for ever. */
function answers(...list: readonly (ExecOutcome | Code)[]): void {
  let next = 0;
  cluster.answerExec = async () => {
    const answer = list[Math.min(next, list.length - 1)] ?? up;
    next += 1;
    if (typeof answer === 'string') throw new RekindleError(answer, answer);
    return answer;
  };
}

describe('checking a PostgreSQL in a pod', () => {
  it('asks in the named container, with a script and no credential among its arguments', async () => {
    answers(up);
    await activities.checkPostgresql({ ...input, database: 'shop', user: 'app' });
    const [exec] = cluster.execs;
    expect(exec).toMatchObject({ namespace: 'production', pod: 'db-0', container: 'postgres' });
    expect(exec?.command.slice(0, 2)).toEqual(['sh', '-c']);
    expect(exec?.command.slice(3)).toEqual(['rekindle-check', 'shop', 'app', '', '60', '268435456', 'yes']);
  });

  it('waits for a server that starts up, and says what it waits for', async () => {
    answers(starting, 'unavailable', 'not-found', starting, up);
    expect(await activities.checkPostgresql(input)).toMatchObject({ outcome: 'proved', rows: 5 });
    expect(pace.reports[0]).toBe(
      'PostgreSQL in production/db-0: accepts-connections: pg_isready: rejects connections, as while starting up',
    );
  });

  it('answers what it saw last at its limit', async () => {
    answers(starting);
    const began = pace.now();
    expect(await activities.checkPostgresql({ ...input, limitSeconds: 30 })).toMatchObject({ outcome: 'disproved' });
    expect(pace.now() - began).toBeLessThanOrEqual(30_000);
  });

  it('is unknown, not proved, when the pod never answers', async () => {
    answers('unavailable');
    expect(await activities.checkPostgresql({ ...input, limitSeconds: 5 })).toMatchObject({ outcome: 'unknown' });
  });

  it('does not ask again about rows that are missing: waiting does not bring them', async () => {
    answers(up);
    expect(await activities.checkPostgresql({ ...input, minimumCount: 6 })).toMatchObject({
      outcome: 'disproved',
      rows: 5,
    });
    expect(cluster.execs).toHaveLength(1);
  });

  it('does not wait where it may not exec at all', async () => {
    answers('forbidden');
    await expect(activities.checkPostgresql(input)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('refuses a query that is no plain select before it asks anything', async () => {
    const countQuery = 'delete from orders';
    await expect(activities.checkPostgresql({ ...input, countQuery })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(cluster.execs).toEqual([]);
  });
});
