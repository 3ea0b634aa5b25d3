import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import * as backup from '../../../workflows/etcd-backup/contract.ts';
import { approveUpdate, progressQuery } from '../../../workflows/recovery/messages.ts';
import { type EtcdGround, etcdCluster, etcdPatienceMs, openEtcdGround } from '../../worlds/etcd-ground.ts';
import { awaitsApproval, progressUntil, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { ownSandbox } from '../own-sandbox.ts';

const own = ownSandbox();
const { sandbox } = own;
let etcd: EtcdGround;

beforeAll(async () => {
  etcd = await openEtcdGround(sandbox, 'etcd-fence');
  await etcd.note('before-backup');
  await etcd.backUp();
});

afterAll(async () => {
  await etcd?.close();
  await own.dispose();
});

describe('with two of three hosts gone', () => {
  it('nothing is done unless a fence is asked for', async () => {
    await sandbox.break('etcd-quorum-lost', { cluster: etcdCluster });
    expect(await etcd.restored()).toMatchObject({ status: 'refused', reason: 'host-unreachable' });
  });

  it('they are stopped in EC2 after an approval, and etcd comes back on the host that is left', async () => {
    const handle = await etcd.startRestore({ fence: true, approval: 'automatic' });
    const { plan } = await progressUntil(handle, 'the question for an approval', awaitsApproval, etcdPatienceMs);
    expect(plan?.steps.find(({ id }) => id === 'fence-hosts')?.target).toMatch(/^prod-2 \(i-\w+\), prod-3 \(i-\w+\)$/);
    const approval = { actor: 'tester', planHash: plan?.hash ?? '', decision: 'approve' } as const;
    await handle.executeUpdate(approveUpdate, { args: [approval] });
    expect(await resultOf(handle, etcdPatienceMs)).toMatchObject({ status: 'recovered' });
    const { evidence } = await handle.query(progressQuery);
    expect(evidence.filter(({ outcome }) => outcome !== 'proved')).toEqual([]);
    expect(evidence.map(({ detail }) => detail).join()).toContain('1 voters');
    expect(await etcd.notes()).toContain('before-backup');
  });

  it('each joins anew when it is started again: its old member never does', async () => {
    for (const [index, host] of [
      [1, 'prod-2'],
      [2, 'prod-3'],
    ] as const) {
      await sandbox.heal('etcd-quorum-lost', { host });
      await etcd.restartAgent(index);
      expect(await etcd.restored()).toMatchObject({ status: 'recovered' });
    }
    expect(await etcd.notes()).toContain('before-backup');
    expect(await etcd.restored()).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
  });
});

describe('with certificates of etcd that ran out on every host', () => {
  it('nobody reaches a member whose data is whole: nothing is restored, by force neither, and the refusal names them', async () => {
    await sandbox.break('etcd-certificates-expired');
    const before = etcd.untouched();
    for (const input of [{}, { force: true }]) {
      const result = await etcd.restored(input);
      expect(result).toMatchObject({ status: 'refused', reason: 'certificates-invalid' });
      for (const file of [
        'etcd/peer.crt of prod-1',
        'etcd/server.crt of prod-2',
        'apiserver-etcd-client.crt of prod-3',
      ]) {
        expect(result.status === 'refused' && result.message).toMatch(new RegExp(`${file} ran out at \\d{4}-`));
      }
    }
    const saved = await etcd.ground.start(backup.workflowType, backup.workflowId({ cluster: etcdCluster }), {
      cluster: etcdCluster,
      approval: 'automatic',
    });
    expect(await resultOf(saved, etcdPatienceMs)).toMatchObject({ status: 'refused', reason: 'certificates-invalid' });
    expect(etcd.untouched()).toEqual(before);
    await sandbox.heal('etcd-certificates-expired');
    expect(await etcd.restored()).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
    await waitFor('the API', async () => (await etcd.notes()).includes('before-backup'), { timeoutMs: 120_000 });
  });
});
