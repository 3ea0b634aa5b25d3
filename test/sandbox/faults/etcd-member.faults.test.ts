import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntilContainerIsGone } from '../../../sandbox/hosts/containers.ts';
import { approveUpdate, progressQuery } from '../../../workflows/recovery/messages.ts';
import { apiOutages } from '../../worlds/api-outages.ts';
import { type EtcdGround, etcdCluster, etcdPatienceMs, openEtcdGround } from '../../worlds/etcd-ground.ts';
import { awaitsApproval, progressUntil, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
let etcd: EtcdGround;

beforeAll(async () => {
  etcd = await openEtcdGround(sandbox, 'etcd-member');
});

afterAll(async () => {
  await etcd?.close();
  await own.dispose();
});

const hostNamed = (name: string) => {
  const found = sandbox.hosts(etcdCluster).find((host) => host.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
};

describe('one member of three with a slow disk', () => {
  it('is left alone: the refusal says how slow it is, and nothing has changed', async () => {
    await sandbox.break('etcd-slow-disk', { host: 'prod-3', delay: '100' });
    const before = etcd.untouched();
    const result = await etcd.restored();
    expect(result).toMatchObject({ status: 'refused', reason: 'etcd-disk-slow' });
    const told = result.status === 'refused' ? result.message : '';
    const [, p99 = ''] =
      /the disk is slow on prod-3 \(99th percentile of the log's fsync (\d+) ms of \d+/.exec(told) ?? [];
    expect(Number(p99)).toBeGreaterThan(64);
    expect(told).not.toMatch(/prod-[12]/);
    expect(etcd.untouched()).toEqual(before);
  });
});

describe('one member of three that nobody starts', () => {
  it('is taken out only after an approval: its data is whole', async () => {
    await sandbox.break('kubelet-down', { host: 'prod-2' });
    const plan = await etcd.rejected();
    expect(plan.summary).toContain('the member of etcd on prod-2 joins prod anew');
    expect(plan.approvalBecause).toMatch(/^the data on prod-2 can be opened/);
    await sandbox.heal('kubelet-down');
    await etcd.note('after-the-kubelet');
  });
});

describe('one member of three with damaged data, while the disk of another is slow', () => {
  it('joins anew while the API answers all the time, also when the agents that work on it are killed', async () => {
    await etcd.note('before-the-damage');
    await sandbox.break('etcd-corrupt-member', { host: 'prod-2' });
    const outages = apiOutages(etcd.config);
    const handle = await etcd.startRestore();
    await progressUntil(
      handle,
      'the learner',
      ({ steps }) => steps.some(({ id, state }) => id === 'add-learner-prod-2' && state === 'running'),
      etcdPatienceMs,
    );
    await etcd.ground.worker().kill();
    await etcd.restartAgent(1);
    await etcd.ground.startWorker();
    const result = await resultOf(handle, etcdPatienceMs);
    const { longestMs, calls } = await outages.end();
    expect(result).toMatchObject({ status: 'recovered' });
    expect(calls).toBeGreaterThan(20);
    expect(longestMs).toBeLessThan(7_000);
    const { evidence, plan } = await handle.query(progressQuery);
    expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(plan?.steps.find(({ pointOfNoReturn }) => pointOfNoReturn !== null)?.id).toBe('remove-member-prod-2');
    const fast = plan?.preconditions.find(({ name }) => name === 'the disks of etcd are fast enough');
    expect(fast).toMatchObject({ met: false, blocking: false, detail: expect.stringMatching(/^slow on prod-3: /) });
    expect(existsSync(join(hostNamed('prod-2').etcd, `rekindle-${handle.firstExecutionRunId}`))).toBe(true);
    expect(await etcd.notes()).toContain('before-the-damage');
    await sandbox.heal('etcd-slow-disk');
    expect(await etcd.restored()).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
  });
});

describe('one member of three with a bit of its data turned', () => {
  it('joins anew although etcd itself has noticed nothing: its hash differs', async () => {
    await sandbox.break('etcd-diverged-member', { host: 'prod-1', found: 'no' });
    const handle = await etcd.startRestore();
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    const { timeline, evidence } = await handle.query(progressQuery);
    expect(timeline.map(({ what }) => what).join()).toContain('prod-1 has other data than the majority');
    expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(await etcd.notes()).toContain('before-the-damage');
  });

  it('joins anew, and the alarm CORRUPT that keeps everybody from writing goes, once etcd has found it', async () => {
    await sandbox.break('etcd-diverged-member', { host: 'prod-3' });
    await expect(etcd.note('refused')).rejects.toThrow();
    const handle = await etcd.startRestore();
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    const { steps } = await handle.query(progressQuery);
    // `no alarm`: the activity was repeated, and its first attempt had cleared it.
    expect(steps.find(({ id }) => id === 'clear-alarm-prod-3')?.detail).toMatch(
      /^(1 alarms CORRUPT cleared|no alarm)$/,
    );
    expect(await etcd.notes()).toContain('before-the-damage');
  });
});

describe('with the quorum lost and no snapshot', () => {
  it('etcd is built anew from the data that goes furthest, after an approval that names what may be gone', async () => {
    // prod-2 falls behind, then prod-1 breaks: prod-3 alone has what was written last.
    const behind = hostNamed('prod-2');
    const manifest = join(behind.manifests, 'etcd.yaml');
    renameSync(manifest, join(behind.dir, 'etcd-behind.yaml'));
    await waitUntilContainerIsGone(behind, 'etcd', 60_000);
    await etcd.note('written-last');
    await sandbox.break('etcd-corrupt-member', { host: 'prod-1' });
    mkdirSync(join(behind.dir, 'rekindle', 'parked'), { recursive: true });
    renameSync(join(behind.dir, 'etcd-behind.yaml'), join(behind.dir, 'rekindle', 'parked', 'etcd.yaml'));

    const handle = await etcd.startRestore({ approval: 'automatic' });
    const { plan } = await progressUntil(handle, 'the question for an approval', awaitsApproval, etcdPatienceMs);
    expect(plan?.summary).toContain('from the data of prod-3');
    expect(plan?.recoveryPoint).toMatchObject({ seconds: null, basis: expect.stringContaining('prod-2: term') });
    const approval = { actor: 'tester', planHash: plan?.hash ?? '', decision: 'approve' } as const;
    await handle.executeUpdate(approveUpdate, { args: [approval] });
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    const { evidence } = await handle.query(progressQuery);
    expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(await etcd.notes()).toContain('written-last');
    for (const host of sandbox.hosts(etcdCluster)) {
      expect(readFileSync(join(host.manifests, 'etcd.yaml'), 'utf8')).not.toContain('force-new-cluster');
    }
  });
});

describe('with the alarm NOSPACE', () => {
  it('nothing is restored: the refusal says whose alarm keeps everybody from writing', async () => {
    await sandbox.break('etcd-no-space', { host: 'prod-2' });
    await expect(etcd.note('refused')).rejects.toThrow();
    const before = etcd.untouched();
    const result = await etcd.restored();
    expect(result).toMatchObject({ status: 'refused', reason: 'etcd-alarm' });
    expect(result.status === 'refused' && result.message).toContain('NOSPACE of prod-2');
    expect(etcd.untouched()).toEqual(before);
  });

  it('a backup can be taken, and the alarm that it holds does not keep the restored cluster from writing', async () => {
    await etcd.backUp();
    await sandbox.heal('etcd-no-space');
    const handle = await etcd.startRestore({ force: true });
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    const { steps, evidence } = await handle.query(progressQuery);
    // What an attempt before the last had cleared is not told again.
    const started = steps.find(({ id }) => id === 'start-etcd')?.detail ?? '';
    if (started.includes('cleared')) expect(started).toMatch(/; cleared: alarm NOSPACE of former member \d+$/);
    expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    await etcd.note('after-the-alarm');
    expect(await etcd.notes()).toEqual(expect.arrayContaining(['written-last', 'after-the-alarm']));
  });
});
