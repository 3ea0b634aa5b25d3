import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fault as volumeDeleted } from '../../../sandbox/faults/volume-deleted.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { deployDatabase } from '../../../sandbox/seed/workloads.ts';
import {
  awaitsApproval,
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
} from '../../worlds/recovery-in-namespace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';
import { runRekindle } from './run-rekindle.ts';

const sandbox = sharedSandbox();
const namespace = `cli-${randomBytes(2).toString('hex')}`;
const workflowId = `volume-rebind/prod/${namespace}/data-db-0`;
const input = JSON.stringify({ namespace, pvc: 'data-db-0' });
let ground: RecoveryGround;
let access: ClusterAccess;

const rekindle = (...args: string[]) => runRekindle(ground.temporal.env, ...args);
const start = (...args: string[]) => rekindle('start', 'volume-rebind', '--cluster', 'prod', ...args);

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  ground = await openRecoveryGround(sandbox, namespace);
  await deployDatabase(access, { namespace });
});

afterAll(async () => {
  await ground?.close();
  await removeNamespace(access, namespace);
});

describe('rekindle start', () => {
  it('names every wrong field at once, and starts nothing', async () => {
    const ran = await start('--input', '{"namespce":"x","pvc":3}', '--wait');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('namespace: got nothing');
    expect(ran.stderr).toContain('pvc: got 3, expected a text');
    expect(ran.stderr).toContain('Did you mean namespace?');
    expect(JSON.parse((await rekindle('list', '-o', 'json')).stdout)).toEqual([]);
  });

  it.each([
    ['an unknown scenario', ['start', 'volume-rebnd'], 'Did you mean volume-rebind?'],
    ['an input that is no JSON', ['start', 'volume-rebind', '--input', '{oops'], 'not valid JSON'],
    ['an input that is no object', ['start', 'volume-rebind', '--input', '[]'], 'expected one JSON object'],
    [
      'a file that is not there',
      ['start', 'volume-rebind', '--input', 'nowhere.json'],
      'neither JSON nor a readable file',
    ],
    ['two clusters', ['start', 'volume-rebind', '--cluster', 'a', '--input', '{"cluster":"b"}'], 'Say it once'],
  ])('refuses %s with what to do', async (_what, args, sentence) => {
    const ran = await rekindle(...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(sentence);
  });

  it('exits 2 when the recovery is refused, and prints result and report as JSON', async () => {
    const ran = await start('--input', input, '--approval', 'automatic', '--wait', '-o', 'json');
    expect(ran.code).toBe(2);
    const printed = JSON.parse(ran.stdout);
    expect(printed).toMatchObject({ workflowId, result: { status: 'refused', reason: 'volume-not-lost' } });
    expect(printed.report).toMatchObject({ version: 1, requestedBy: 'jo@example.com', workflowId });
  });

  it('waits for the approval of the plan, is found running, and exits 0 once recovered', async () => {
    await volumeDeleted.break(sandbox, { cluster: 'prod', namespace, pvc: 'data-db-0' });
    const planned = await start('--input', input, '--dry-run', '--wait', '-o', 'json');
    expect(planned.code).toBe(0);
    const { planHash } = JSON.parse(planned.stdout).result;

    const started = await start('--input', input, '--approval', 'required', '-o', 'json');
    expect(JSON.parse(started.stdout)).toEqual({ workflowId, runId: expect.any(String) });
    const handle = ground.temporal.client.workflow.getHandle(workflowId);
    await progressUntil(handle, 'the plan', awaitsApproval);

    const again = await start('--input', input);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain(`rekindle watch ${workflowId}`);

    const shown = await rekindle('show', workflowId);
    expect(shown.stdout).toContain(`rekindle approve ${workflowId} --plan ${planHash}`);
    const unread = await rekindle('approve', workflowId);
    expect(unread.code).toBe(1);
    expect(unread.stderr).toContain('--plan');
    const wrong = await rekindle('approve', workflowId, '--plan', 'another');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain(planHash);
    expect((await rekindle('approve', workflowId, '--plan', planHash)).code).toBe(0);

    const watched = await rekindle('watch', workflowId);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toContain('recovered');
    expect((await rekindle('show', workflowId)).code).toBe(0);
    const report = await rekindle('report', workflowId);
    expect(report.stdout).toContain('**Recovered.**');
    expect(report.stdout).toContain('jo@example.com: Approved plan');
    expect((await rekindle('list')).stdout).toContain(workflowId);
  });
});

describe('steering', () => {
  it('exits 4 from start --wait when the recovery is cancelled, and says who cancelled', async () => {
    await volumeDeleted.break(sandbox, { cluster: 'prod', namespace, pvc: 'data-db-0' });
    const waiting = start('--input', input, '--approval', 'required', '--wait', '-o', 'json');
    const handle = ground.temporal.client.workflow.getHandle(workflowId);
    await progressUntil(handle, 'the plan', awaitsApproval);
    expect((await rekindle('pause', workflowId)).code).toBe(0);
    expect((await rekindle('resume', workflowId)).code).toBe(0);
    const decided = await rekindle('decide', workflowId, 'retry');
    expect(decided.code).toBe(1);
    expect(decided.stderr).toContain('waits for a decision');
    expect((await rekindle('cancel', workflowId, '--reason', 'wrong claim')).code).toBe(0);
    const ended = await waiting;
    expect(ended.code).toBe(4);
    expect(JSON.parse(ended.stdout).result).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by jo@example.com: wrong claim',
    });
    const late = await rekindle('pause', workflowId);
    expect(late.code).toBe(1);
  });

  it('says what to do about a workflow that is not there', async () => {
    const ran = await rekindle('show', 'volume-rebind/prod/nowhere/nothing');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('rekindle list');
  });
});

describe('rekindle doctor', () => {
  it('finds everything in order in the sandbox', async () => {
    const ran = await rekindle('doctor', '-o', 'json');
    const findings: { state: string; check: string; found: string }[] = JSON.parse(ran.stdout);
    expect(findings.filter(({ state }) => state === 'fail')).toEqual([]);
    const checks = ['permissions, volume-rebind', 'permissions, node-replacement', 'Auto Scaling groups', 'vCPU quota'];
    for (const check of checks)
      expect(findings).toContainEqual(expect.objectContaining({ check: `cluster prod: ${check}`, state: 'ok' }));
    const bucket = findings.find(({ check }) => check === 'cluster prod: bucket artefacts');
    expect(bucket?.found).toContain('versions can be locked');
    expect(ran.code).toBe(0);
  });

  it('names what is wrong and how to mend it, and exits 1', async () => {
    const env = { TEMPORAL_ADDRESS: '127.0.0.1:1', REKINDLE_CODEC_KEYS: '/nowhere/keys.json' };
    const ran = await runRekindle({ ...ground.temporal.env, ...env }, 'doctor');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/fail\s+codec keys/);
    expect(ran.stdout).toMatch(/fail\s+Temporal/);
    expect(ran.stdout).toContain('set TEMPORAL_ADDRESS');
  });
});

describe('rekindle config check', () => {
  it('names file, line and field of a wrong inventory', async () => {
    const file = new URL('../../../package.json', import.meta.url).pathname;
    const ran = await rekindle('config', 'check', file);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/package\.json:\d+:\d+/);
  });
});
