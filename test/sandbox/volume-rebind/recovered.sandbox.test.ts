import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { readyPods } from '../../../sandbox/seed/wait-for-workload.ts';
import { deployDatabase, deployInTreeDatabase } from '../../../sandbox/seed/workloads.ts';
import { isHeld, provedClaims, rebindGround } from './rebind-ground.ts';

const ground = rebindGround('rebind-recovered');
const allProved = ['restored', 'bound', 'ready', 'consistent'];

describe('a lost volume', () => {
  it('comes back under the claim that survived, which keeps its uid, although the reclaim policy was Delete', async () => {
    const namespace = ground.namespace('survives');
    const database = await deployDatabase(ground.access, { namespace });
    const [claim] = database.claims;
    expect((await ground.volume(claim.volumeName))?.spec?.persistentVolumeReclaimPolicy).toBe('Delete');
    await ground.loseVolume(namespace, claim.name);

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(allProved);
    expect((await ground.claim(namespace, claim.name))?.metadata?.uid).toBe(claim.uid);
    expect((await ground.claim(namespace, claim.name))?.spec?.volumeName).toBe(claim.volumeName);
    expect(await ground.volumesOf(ended.recoveryId)).toEqual([await ground.handleOf(claim.volumeName)]);
    expect((await ground.volume(claim.volumeName))?.spec?.persistentVolumeReclaimPolicy).toBe('Retain');
    expect(await ground.rows(database)).toEqual(database.table);
    expect(isHeld(await ground.statefulSet(namespace))).toBe(false);
    expect(ended.report.times.recoveryPointSeconds).toBeGreaterThan(0);
    expect(ended.report.undone).toEqual([]);
    expect(ended.report.left).toEqual([]);
  });

  it('comes back as an in-tree volume object where it was one', async () => {
    const namespace = ground.namespace('in-tree');
    const database = await deployInTreeDatabase(ground.access, { namespace });
    const [claim] = database.claims;
    await ground.loseVolume(namespace, claim.name);

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(allProved);
    const [made] = await ground.volumesOf(ended.recoveryId);
    const volume = await ground.volume(claim.volumeName);
    expect(volume?.spec?.awsElasticBlockStore).toMatchObject({ volumeID: `aws://us-east-1a/${made}`, fsType: 'ext4' });
    expect((await ground.claim(namespace, claim.name))?.metadata?.uid).toBe(claim.uid);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('comes back when an autoscaler watches over the workload, which is left as it was', async () => {
    const namespace = ground.namespace('autoscaler');
    const database = await deployDatabase(ground.access, { namespace, kind: 'Deployment', autoscaler: true });
    const [claim] = database.claims;
    const read = () =>
      ground.access.api.get<V2HorizontalPodAutoscaler>(resources.autoscalers, { namespace, name: 'db' });
    const before = await read();
    await ground.loseVolume(namespace, claim.name);

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(ended.report.plan?.warnings.join('\n')).toContain('autoscaler db of Deployment db rests');
    expect((await read()).spec).toEqual(before.spec);
    expect((await ground.deployment(namespace)).spec?.replicas).toBe(1);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('comes back for both workloads that use the claim: both are stopped and both are put back', async () => {
    const namespace = ground.namespace('two-users');
    const database = await deployDatabase(ground.access, { namespace, kind: 'Deployment', reader: true });
    const [claim] = database.claims;
    await ground.loseVolume(namespace, claim.name);

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    const held = ended.report.steps.filter(({ id }) => id.startsWith('hold-')).map(({ id }) => id);
    expect(held).toEqual(['hold-deployment-db', 'hold-deployment-reader']);
    for (const name of ['db', 'reader']) {
      const deployment = await ground.deployment(namespace, name);
      expect(deployment.spec?.replicas).toBe(1);
      expect(isHeld(deployment)).toBe(false);
    }
    await readyPods(ground.access.api, namespace, 'reader');
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('comes back with its sister when both volumes of one StatefulSet are lost and recovered at once', async () => {
    const namespace = ground.namespace('two-claims');
    const database = await deployDatabase(ground.access, { namespace, twoClaims: true, whenScaled: 'Delete' });
    for (const { name } of database.claims) await ground.loseVolume(namespace, name);

    const handles = await Promise.all(database.claims.map(({ name }) => ground.start({ namespace, pvc: name })));
    const all = await Promise.all(handles.map(ground.ended));

    expect(all.map(({ result }) => result.status)).toEqual(['recovered', 'recovered']);
    for (const { name, uid } of database.claims) {
      expect((await ground.claim(namespace, name))?.metadata?.uid).toBe(uid);
    }
    const set = await ground.statefulSet(namespace);
    expect(set.spec?.replicas).toBe(1);
    expect(set.spec?.persistentVolumeClaimRetentionPolicy?.whenScaled).toBe('Delete');
    expect(isHeld(set)).toBe(false);
    expect(await ground.rows(database)).toEqual(database.table);
  });

  it('is not lost when only its volume object was deleted: the claim is bound to its own volume again', async () => {
    const namespace = ground.namespace('no-object');
    const database = await deployDatabase(ground.access, { namespace, kind: 'Deployment', storage: 'gp3Retain' });
    const [claim] = database.claims;
    await ground.deleteVolumeObject(claim.volumeName);
    await expect.poll(async () => (await ground.claim(namespace, claim.name))?.status?.phase).toBe('Lost');

    const ended = await ground.recover({ namespace, pvc: claim.name });

    expect(ended.result.status).toBe('recovered');
    expect(provedClaims(ended)).toEqual(allProved);
    expect(ended.report.times.recoveryPointSeconds).toBe(0);
    expect((await ground.claim(namespace, claim.name))?.metadata?.uid).toBe(claim.uid);
    expect(await ground.handleOf(claim.volumeName)).toBe(claim.handle);
    expect(await ground.rows(database)).toEqual(database.table);
  });
});
