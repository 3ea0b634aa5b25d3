import { describe, expect, it } from 'vitest';
import { renderSchedules } from '../../../client/cli/render/schedules.ts';
import { wantedSchedules } from '../../../client/schedules/wanted.ts';
import { parseInventory } from '../../../config/load.ts';

const inventory = (schedules: string, approval = '{byScenario: {etcd-backup: automatic}}') =>
  parseInventory(
    `version: 1
approval: ${approval}
clusters:
  prod:
    kind: eks
    context: prod
    region: us-east-1
    buckets: {artefacts: some-bucket}
    schedules: ${schedules}
`,
    'rekindle.yaml',
  );

describe('the schedules of an inventory', () => {
  it('start nothing while a run is under way, and make up for what was missed for an hour only', () => {
    const [wanted] = wantedSchedules(inventory('{etcd-backup: {every: 6h, input: {keepCount: 9}}}'));
    expect(wanted).toMatchObject({
      id: 'etcd-backup/prod',
      when: 'every 6h',
      options: {
        spec: { intervals: [{ every: 21_600_000 }], jitter: 0 },
        policies: { overlap: 'SKIP', catchupWindow: 3_600_000, pauseOnFailure: false },
        action: {
          workflowType: 'etcdBackup',
          workflowId: 'etcd-backup/prod',
          args: [{ cluster: 'prod', keepCount: 9, requestedBy: 'schedule etcd-backup/prod' }],
        },
      },
    });
  });

  it('follow a cron expression in its time zone', () => {
    const text = '{etcd-backup: {cron: 17 2 * * 1-5, timeZone: Europe/Berlin, catchUpMinutes: 5, jitterMinutes: 2}}';
    const [wanted] = wantedSchedules(inventory(text));
    expect(wanted?.when).toBe('17 2 * * 1-5 (Europe/Berlin)');
    expect(wanted?.options.spec).toEqual({
      cronExpressions: ['17 2 * * 1-5'],
      timezone: 'Europe/Berlin',
      jitter: 120_000,
    });
    expect(wanted?.options.policies.catchupWindow).toBe(300_000);
  });

  it.each([
    [
      'an input that the scenario does not take',
      '{etcd-backup: {every: 6h, input: {keepCuont: 9}}}',
      /keepCuont.*Did you mean keepCount/,
    ],
    [
      'a cluster in the input',
      '{etcd-backup: {every: 6h, input: {cluster: dr}}}',
      /input\.cluster: got "dr", expected nothing/,
    ],
    [
      'a scenario without its required input',
      '{volume-rebind: {every: 6h}}',
      /volume-rebind\.input\.namespace: got nothing/,
    ],
    [
      'runs that would wait for a person',
      '{etcd-restore: {every: 6h}}',
      /input\.approval: got nothing.*byScenario\.etcd-restore/,
    ],
  ])('are refused with %s', (_what, text, expected) => {
    expect(() => wantedSchedules(inventory(text))).toThrow(expected);
  });

  it('may wait for a person when the input says so', () => {
    const text = '{etcd-restore: {every: 6h, input: {approval: required, dryRun: true}}}';
    expect(wantedSchedules(inventory(text)).map(({ id }) => id)).toEqual(['etcd-restore/prod']);
  });

  it.each([
    ['{etcd-backup: {}}', 'either cron or every'],
    ['{etcd-backup: {every: 6h, cron: 1 2 * * *}}', 'either cron or every'],
    ['{etcd-backup: {every: 6 hours}}', 'such as 30m, 6h or 1d'],
    ['{etcd-backup: {cron: often}}', 'five cron fields'],
    ['{etcd-backup: {cron: "@daily", timeZone: Mars/Olympus}}', 'an IANA time zone'],
    ['{etcd-backup: {every: 6h, timeZone: Europe/Berlin}}', 'a time zone only beside cron'],
    ['{etcd-backups: {every: 6h}}', 'Did you mean etcd-backup?'],
  ])('are written wrongly as %s', (text, expected) => {
    expect(() => inventory(text)).toThrow(expected);
  });
});

it('a list tells what is not applied and what is not in the inventory', () => {
  const lines = renderSchedules([{ id: 'etcd-backup/prod', when: 'every 6h', kept: null }]);
  expect(lines[1]).toMatch(/^etcd-backup\/prod +every 6h +not applied/);
  expect(renderSchedules([])).toEqual([expect.stringContaining('rekindle schedules apply')]);
});
