import { describe, expect, it } from 'vitest';
import { judgePostgresql } from '../../../activities/databases/postgresql-answer.ts';
import { isCountQuery } from '../../../activities/databases/postgresql-command.ts';

const facts = {
  version: '16.2',
  inRecovery: false,
  checksums: 'on',
  relations: 412,
  userBytes: 8192,
  estimate: 990,
  amcheck: false,
  databases: [{ name: 'shop', bytes: 7_708_007 }],
};
const healthy: readonly string[] = [
  'ready\t0',
  'facts-status\t0',
  `facts\t${JSON.stringify(facts)}`,
  'counts-status\t0',
  'counts\t1000 24',
];

function judge(lines: readonly string[], asked: { countQuery?: string; minimumCount?: number } = {}) {
  const stdout = `${[...lines, 'end'].join('\n')}\n`;
  return judgePostgresql(
    { status: 'success', stdout },
    { countQuery: asked.countQuery ?? null, minimumCount: asked.minimumCount ?? null },
  );
}

function outcomes(report: ReturnType<typeof judge>) {
  return Object.fromEntries(report.findings.map(({ question, outcome }) => [question, outcome]));
}

describe('the answer of PostgreSQL', () => {
  it('is proved with version, sizes and counted rows', () => {
    const report = judge(healthy);
    expect(report).toMatchObject({
      outcome: 'proved',
      version: '16.2',
      databases: [{ name: 'shop', bytes: 7_708_007 }],
      rows: 1024,
      rowsBasis: 'counted',
    });
    expect(report.summary).toBe('PostgreSQL 16.2 answers: 1024 rows counted in all user tables');
    expect(outcomes(report)).toMatchObject({ 'data-checksums': 'proved', amcheck: 'not-available' });
  });

  it.each<[string, { status: 'success' | 'failure' | 'unknown'; stdout: string }]>([
    ['no status came', { status: 'unknown', stdout: `${healthy.join('\n')}\nend\n` }],
    ['the command failed', { status: 'failure', stdout: '' }],
    ['nothing was printed', { status: 'success', stdout: '' }],
    ['the output stops before its end', { status: 'success', stdout: healthy.join('\n') }],
    ['the end is torn off in the middle of a line', { status: 'success', stdout: `${healthy.join('\n')}\nen` }],
  ])('is unknown when %s', (_what, outcome) => {
    expect(judgePostgresql(outcome, { countQuery: null, minimumCount: null }).outcome).toBe('unknown');
  });

  it.each([
    ['the container has no psql', ['missing\tpsql'], 'unknown'],
    ['it is starting up', ['ready\t1'], 'disproved'],
    ['it does not answer', ['ready\t2'], 'disproved'],
    ['pg_isready could not ask', ['ready\t3'], 'unknown'],
    ['a login is refused', ['ready\t0', 'facts-status\t2'], 'unknown'],
    ['the facts are no JSON', ['ready\t0', 'facts-status\t0', 'facts\t{"version'], 'unknown'],
    ['psql was not answered and there is no pg_isready', ['facts-status\t2'], 'unknown'],
    [
      'it is still in recovery',
      ['ready\t0', 'facts-status\t0', `facts\t${JSON.stringify({ ...facts, inRecovery: true })}`],
      'disproved',
    ],
  ])('is not proved when %s', (_what, lines, outcome) => {
    expect(judge(lines).outcome).toBe(outcome);
  });

  it('takes an answered query for readiness where there is no pg_isready', () => {
    expect(judge(healthy.slice(1)).outcome).toBe('proved');
  });

  it('falls back to the planner’s estimate where no table was counted, and says so', () => {
    expect(judge([...healthy.slice(0, -1), 'counts\t'])).toMatchObject({
      outcome: 'proved',
      rows: 990,
      rowsBasis: 'estimate',
    });
  });

  it('does not call rows counted when the counting broke off', () => {
    expect(judge([...healthy.slice(0, -2), 'counts-status\t3', 'counts\t1000'])).toMatchObject({
      rows: null,
      rowsBasis: null,
    });
  });
});

describe('a wanted number of rows', () => {
  const queried = (lines: readonly string[], minimumCount = 1000) =>
    judge([...healthy.slice(0, 3), ...lines], { countQuery: 'select count(*) from orders', minimumCount });

  it.each([
    ['reached', ['query-status\t0', 'query\t1000'], 'proved'],
    ['missed', ['query-status\t0', 'query\t999'], 'disproved'],
    ['not answered', ['query-status\t1', 'query\t'], 'unknown'],
    ['no number', ['query-status\t0', 'query\tmany'], 'unknown'],
  ])('that is %s makes the whole so', (_what, lines, outcome) => {
    expect(queried(lines).outcome).toBe(outcome);
  });

  it('must be answered even where any number will do', () => {
    expect(queried(['query-status\t1', 'query\t'], 0).outcome).toBe('unknown');
    expect(queried(['query-status\t0', 'query\t0'], 0).outcome).toBe('proved');
  });
});

describe('pg_amcheck', () => {
  it.each([
    ['0', 'proved', 'proved'],
    ['2', 'disproved', 'disproved'],
    ['1', 'unknown', 'proved'],
  ])('that ends with %s is %s, and the whole is %s', (exit, finding, whole) => {
    const report = judge([...healthy, `amcheck\t${exit}`]);
    expect([outcomes(report).amcheck, report.outcome]).toEqual([finding, whole]);
  });
});

it('tells off checksums without calling them damage', () => {
  const off = `facts\t${JSON.stringify({ ...facts, checksums: 'off' })}`;
  const report = judge(healthy.map((line) => (line.startsWith('facts\t') ? off : line)));
  expect([outcomes(report)['data-checksums'], report.outcome]).toEqual(['not-available', 'proved']);
});

describe('a count query', () => {
  it.each(['select count(*) from orders', '  SELECT sum(n)\nfrom "t"', 'select 1'])('may be %s', (query) => {
    expect(isCountQuery(query)).toBe(true);
  });

  it.each([
    'delete from orders',
    'select 1; drop table orders',
    'select 1 -- )',
    'select 1 /* ) */',
    'selection',
    '',
    'with x as (delete from orders returning 1) select count(*) from x',
  ])('may not be %s', (query) => {
    expect(isCountQuery(query)).toBe(false);
  });
});
