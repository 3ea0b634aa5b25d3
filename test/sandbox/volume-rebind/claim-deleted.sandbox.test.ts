import { describe, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { deployDatabase } from '../../../sandbox/seed/workloads.ts';
import { provedClaims, rebindGround } from './rebind-ground.ts';

const ground = rebindGround('rebind-claim-deleted');
const allProved = ['restored', 'bound', 'ready', 'consistent'];

describe('a claim that was deleted', () => {
  it('is created anew on a new volume, from its volume object, for a Deployment', async () => {
    const namespace = ground.namespace('claim-gone');
    const database = await deployDatabase(ground.access, { namespace, kind: 'Deployment', storage: 'gp3Retain' });
    const [claim] = database.claims;
    await ground.loseClaim(namespace, claim.name);
    expect(await ground.claim(namespace, claim.name)).toBeUndefined();

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(allProved);
    expect((await ground.claim(namespace, claim.name))?.metadata?.uid).not.toBe(claim.uid);
    expect((await ground.claim(namespace, claim.name))?.spec?.volumeName).toBe(claim.volumeName);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('is created anew when its reclaim policy took the volume object and the volume along', async () => {
    const namespace = ground.namespace('all-gone');
    const database = await deployDatabase(ground.access, { namespace, kind: 'Deployment' });
    const [claim] = database.claims;
    await ground.loseEverything(namespace, claim.name, claim.volumeName);

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(allProved);
    expect(ended.report.plan?.warnings.join('\n')).toContain('the claim is created anew');
    expect(await ground.volumesOf(ended.recoveryId)).toHaveLength(1);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('is created anew by the template of its StatefulSet, whose pod still names it', async () => {
    const namespace = ground.namespace('template');
    const database = await deployDatabase(ground.access, { namespace });
    const [claim] = database.claims;
    await ground.loseEverything(namespace, claim.name, claim.volumeName);

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(allProved);
    expect(ended.report.plan?.warnings.join('\n')).toContain('from the template of StatefulSet db');
    expect((await ground.statefulSet(namespace)).spec?.replicas).toBe(1);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('and came back empty looks healthy: refused with the snapshot that tells otherwise, recovered by force', async () => {
    const namespace = ground.namespace('empty');
    const database = await deployDatabase(ground.access, { namespace });
    const [claim] = database.claims;
    await ground.loseEverything(namespace, claim.name, claim.volumeName);
    // Its StatefulSet makes the claim anew with the next pod, and its driver an empty volume.
    await ground.access.api.delete(resources.pods, { namespace, name: 'db-0' });
    const isBound = async () => (await ground.claim(namespace, claim.name))?.status?.phase === 'Bound';
    await expect.poll(isBound, { timeout: 90_000, interval: 300 }).toBe(true);
    const empty = await ground.claim(namespace, claim.name);

    const refused = await ground.recover({ namespace, pvc: claim.name });
    expect(refused.result).toMatchObject({
      status: 'refused',
      reason: 'volume-not-lost',
      message: expect.stringContaining(`start again with force and snapshotId ${claim.snapshot}`),
    });
    const ended = await ground.recover({ namespace, pvc: claim.name, force: true, snapshotId: claim.snapshot ?? '' });

    expect(ended.result.status).toBe('recovered');
    expect((await ground.claim(namespace, claim.name))?.metadata?.uid).toBe(empty?.metadata?.uid);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('is bound to its own volume again when that was kept: nothing is lost', async () => {
    const namespace = ground.namespace('kept');
    const database = await deployDatabase(ground.access, { namespace, kind: 'Deployment', storage: 'gp3Retain' });
    const [claim] = database.claims;
    const deployment = { namespace, name: 'db' };
    await ground.access.api.patch(resources.deployments, deployment, { spec: { replicas: 0 } });
    await ground.access.api.delete(resources.claims, { namespace, name: claim.name });
    await expect.poll(() => ground.claim(namespace, claim.name), { timeout: 90_000 }).toBeUndefined();

    const ended = await ground.recover({ namespace, pvc: claim.name });
    await ground.access.api.patch(resources.deployments, deployment, { spec: { replicas: 1 } });

    expect(ended.result.status).toBe('recovered');
    expect(ended.report.times.recoveryPointSeconds).toBe(0);
    expect(await ground.volumesOf(ended.recoveryId)).toEqual([]);
    expect(await ground.handleOf(claim.volumeName)).toBe(claim.handle);
    expect(await ground.rows(database)).toEqual(database.table);
  });
});
