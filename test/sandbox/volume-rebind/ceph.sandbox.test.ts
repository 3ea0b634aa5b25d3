import { describe, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { deployDatabase } from '../../../sandbox/seed/workloads.ts';
import { isHeld, provedClaims, rebindGround } from './rebind-ground.ts';
import { fingerprint } from './unchanged.ts';

const ground = rebindGround('rebind-ceph');

describe('a claim on a driver whose snapshots are reached through the cluster (Ceph)', () => {
  it('is refused without the operator’s word, then comes back through VolumeSnapshotContent and VolumeSnapshot', async () => {
    const namespace = ground.namespace('ceph');
    const database = await deployDatabase(ground.access, { namespace, storage: 'ceph' });
    const [claim] = database.claims;
    await ground.loseVolume(namespace, claim.name);
    const before = await fingerprint(ground.access, namespace);

    const doubted = await ground.recover({ namespace, pvc: claim.name });
    expect(doubted.result).toMatchObject({ status: 'refused', reason: 'volume-state-unknown' });
    expect(await fingerprint(ground.access, namespace)).toEqual(before);

    const ended = await ground.recover({ namespace, pvc: claim.name, force: true });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(['restored', 'bound', 'ready', 'consistent']);
    expect(await ground.rows(database)).toEqual(database.table);
    const now = await ground.claim(namespace, claim.name);
    expect(now?.metadata?.uid).not.toBe(claim.uid);
    expect(now?.spec?.volumeName).not.toBe(claim.volumeName);
    expect(isHeld(await ground.statefulSet(namespace))).toBe(false);
    // The old object stays for a person to judge; the objects that stood for the snapshot are gone, the snapshot itself is not.
    expect((await ground.volume(claim.volumeName))?.spec?.persistentVolumeReclaimPolicy).toBe('Retain');
    const snapshots = async () => {
      const { items } = await ground.access.api.list(resources.snapshots, { namespace });
      return items.map(({ metadata }) => metadata?.name);
    };
    // Deleted objects go only when the snapshot controller has taken its finalizers off.
    await expect.poll(snapshots).toEqual([`${claim.name}-nightly`]);
  });

  it('is bound only after the workload was started where its class waits for the first pod', async () => {
    const namespace = ground.namespace('ceph-late');
    const database = await deployDatabase(ground.access, { namespace, storage: 'cephLate' });
    const [claim] = database.claims;
    await ground.loseVolume(namespace, claim.name);

    const ended = await ground.recover({ namespace, pvc: claim.name, force: true });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(['restored', 'bound', 'ready', 'consistent']);
    expect(await ground.rows(database)).toEqual(database.table);
    const order = ended.report.steps.map(({ id }) => id);
    expect(order.indexOf('start-workload')).toBeLessThan(order.indexOf('wait-bound'));
    expect(isHeld(await ground.statefulSet(namespace))).toBe(false);
  });
});
