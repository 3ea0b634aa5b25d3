import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Schedules } from '../../client/schedules/schedules.ts';
import { wantedSchedules } from '../../client/schedules/wanted.ts';
import { readEnvironment } from '../../config/environment.ts';
import { parseInventory } from '../../config/load.ts';
import { loadSettings } from '../../config/settings.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { connectClient, type TemporalClient } from '../../temporal/client.ts';
import { runRekindle } from '../sandbox/cli/run-rekindle.ts';

const folder = mkdtempSync(join(tmpdir(), 'rekindle-schedules-'));
const file = join(folder, 'rekindle.yaml');
const env = {
  REKINDLE_CONFIG: file,
  REKINDLE_CODEC_KEYS: join(folder, 'keys.json'),
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: 'default',
};
let temporal: TemporalClient;
let schedules: Schedules;

beforeAll(async () => {
  const keys = { keys: [{ id: 'k1', key: randomBytes(32).toString('base64') }] };
  writeFileSync(env.REKINDLE_CODEC_KEYS, JSON.stringify(keys), { mode: 0o600 });
  writeFileSync(file, inventoryText('never', '{}'));
  const settings = loadSettings(readEnvironment(env));
  temporal = await connectClient(settings);
  schedules = new Schedules(temporal.client, settings.inventory.temporal);
});

afterAll(async () => {
  for (const { id, running } of await schedules.list()) {
    if (!/-[0-9a-f]{6}$/.test(id)) continue;
    for (const workflowId of running) await temporal.client.workflow.getHandle(workflowId).terminate();
    await temporal.client.schedule.getHandle(id).delete();
  }
  await temporal.close();
  rmSync(folder, { recursive: true });
});

/** No worker listens on this queue, so that a run that was started stays under way. */
function inventoryText(cluster: string, written: string): string {
  return `version: 1
temporal: {taskQueue: nobody}
approval: {byScenario: {etcd-backup: automatic, node-replacement: automatic}}
clusters:
  ${cluster}: {kind: eks, context: c, region: us-east-1, buckets: {artefacts: abc}, schedules: ${written}}
`;
}

const apply = (cluster: string, written: string) => {
  const inventory = parseInventory(inventoryText(cluster, written), file);
  return schedules.apply(wantedSchedules(inventory), [cluster]);
};

const name = () => `c-${randomBytes(3).toString('hex')}`;
const handle = (id: string) => temporal.client.schedule.getHandle(id);
const listed = (id: string) =>
  waitFor(`${id} in the list`, async () => (await schedules.list()).find((one) => one.id === id), {
    timeoutMs: 60_000,
  });

it('makes Temporal have what the inventory says, and changes nothing the second time', async () => {
  const cluster = name();
  const id = `etcd-backup/${cluster}`;
  const other = `node-replacement/${cluster}`;
  const written = '{etcd-backup: {cron: 17 2 * * *, catchUpMinutes: 30}, node-replacement: {every: 1d}}';
  expect(await apply(cluster, written)).toEqual([
    { id, done: 'created' },
    { id: other, done: 'created' },
  ]);
  expect((await apply(cluster, written)).map(({ done }) => done)).toEqual(['unchanged', 'unchanged']);
  const { policies } = await handle(id).describe();
  expect(policies).toEqual({ overlap: 'SKIP', catchupWindow: 1_800_000, pauseOnFailure: false });

  // What somebody changed in the UI is brought back; a pause is not.
  await schedules.pause(id, 'by jo: storage is full');
  await handle(id).update(({ action, ...rest }) => ({ ...rest, action, spec: { intervals: [{ every: '3 days' }] } }));
  expect(await apply(cluster, written)).toContainEqual({ id, done: 'updated' });
  expect(await listed(id)).toMatchObject({ ours: true, paused: true, note: 'by jo: storage is full', next: null });
  expect((await handle(id).describe()).spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2 }] });
  await schedules.resume(id, 'by jo');

  await listed(other);
  expect(await apply(cluster, written.replace(', node-replacement: {every: 1d}', ''))).toEqual([
    { id, done: 'unchanged' },
    { id: other, done: 'deleted' },
  ]);
  await expect(handle(other).describe()).rejects.toThrow();
});

it('leaves alone what it did not make, and what belongs to a cluster of another inventory', async () => {
  const [cluster, elsewhere] = [name(), name()];
  const id = `etcd-backup/${cluster}`;
  await apply(elsewhere, '{etcd-backup: {every: 6h}}');
  await temporal.client.schedule.create({
    scheduleId: id,
    spec: { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: 'theirs', taskQueue: 'theirs' },
  });
  await expect(apply(cluster, '{node-replacement: {every: 1d}, etcd-backup: {every: 6h}}')).rejects.toMatchObject({
    code: 'not-our-schedule',
    message: expect.stringContaining(id),
  });
  expect((await handle(id).describe()).action.workflowType).toBe('theirs');
  await expect(handle(`node-replacement/${cluster}`).describe()).rejects.toThrow();
  await listed(`etcd-backup/${elsewhere}`);
  expect(await apply(cluster, '{}')).toEqual([]);
  await handle(id).delete();
});

it('never runs twice at once: not by its times, not by hand', async () => {
  const cluster = name();
  const id = `etcd-backup/${cluster}`;
  await apply(cluster, '{etcd-backup: {every: 90d, input: {keepCount: 3}}}');
  const workflowId = await schedules.trigger(id);
  expect(workflowId).toMatch(new RegExp(`^etcd-backup/${cluster}-20`));
  const { typedSearchAttributes, memo } = await temporal.client.workflow.getHandle(workflowId ?? '').describe();
  expect(typedSearchAttributes.getAll().map(({ value }) => value)).toEqual(
    expect.arrayContaining(['etcd-backup', cluster]),
  );
  expect(memo).toMatchObject({ requestedBy: `schedule ${id}` });
  await expect(schedules.trigger(id)).rejects.toMatchObject({ code: 'already-running' });
  await handle(id).trigger('SKIP'); // as a time that comes while the run is under way
  await waitFor(
    'the skipped start',
    async () => (await schedules.list()).some((one) => one.id === id && one.skippedOverlap === 1),
    {
      timeoutMs: 60_000,
    },
  );
  await expect(schedules.trigger('etcd-backup/nowhere')).rejects.toMatchObject({ code: 'unknown-schedule' });
});

it('is done from the command line', async () => {
  const cluster = name();
  writeFileSync(file, inventoryText(cluster, '{etcd-backup: {every: 6h}}'));
  const applied = await runRekindle(env, 'schedules', 'apply', '-o', 'json');
  expect(JSON.parse(applied.stdout)).toEqual([{ id: `etcd-backup/${cluster}`, done: 'created' }]);
  await listed(`etcd-backup/${cluster}`);
  const list = await runRekindle(env, 'schedules', 'list');
  expect(list.stdout).toMatch(new RegExp(`etcd-backup/${cluster} +every 6h +waiting`));
  writeFileSync(file, inventoryText(cluster, '{etcd-backup: {every: 6h, input: {keepCount: zero}}}'));
  const refused = await runRekindle(env, 'schedules', 'apply');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain(`clusters.${cluster}.schedules.etcd-backup.input.keepCount: got "zero"`);
});
