import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import { apiOutages } from '../../worlds/api-outages.ts';
import { type EtcdGround, etcdCluster, etcdPatienceMs, openEtcdGround } from '../../worlds/etcd-ground.ts';
import { progressUntil, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
let etcd: EtcdGround;

beforeAll(async () => {
  etcd = await openEtcdGround(sandbox, 'etcd-member');
}, 360_000);

afterAll(async () => {
  await etcd?.close();
  await own.dispose();
});

const hostNamed = (name: string) => {
  const found = sandbox.hosts(etcdCluster).find((host) => host.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
};

describe('one member of three with damaged data', () => {
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
    expect(longestMs).toBeLessThan(5_000);
    const { evidence, plan } = await handle.query(progressQuery);
    expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(plan?.steps.find(({ pointOfNoReturn }) => pointOfNoReturn !== null)?.id).toBe('remove-member-prod-2');
    expect(existsSync(join(hostNamed('prod-2').etcd, `rekindle-${handle.firstExecutionRunId}`))).toBe(true);
    expect(await etcd.notes()).toContain('before-the-damage');
    expect(await etcd.restored()).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
  });
});
