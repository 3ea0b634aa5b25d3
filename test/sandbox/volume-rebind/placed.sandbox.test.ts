import type { V1PersistentVolume, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { deployLightWorkloads, type LightWorkload, readMark } from '../../../sandbox/seed/light-workloads.ts';
import { progressUntil } from '../../worlds/recovery-in-namespace.ts';
import { isHeld, rebindGround } from './rebind-ground.ts';

const ground = rebindGround('rebind-placed');
const zoneLabel = 'topology.kubernetes.io/zone';

async function lostApp(word: string): Promise<LightWorkload> {
  const [app] = await deployLightWorkloads(ground.access, ground.namespace(word), 1);
  if (app === undefined) throw new Error('no workload was made');
  await ground.loseVolume(app.namespace, app.name);
  return app;
}

function zoneOf({ spec }: V1PersistentVolume): string | undefined {
  const [term] = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return term?.matchExpressions?.find(({ key }) => key === zoneLabel)?.values?.[0];
}

describe('the new volume', () => {
  it('is made in another zone when the pods can run only there, and the plan says why', async () => {
    const app = await lostApp('moved');
    const before = await ground.access.api.get<V1PersistentVolume>(resources.volumes, { name: app.volumeName });
    const old = zoneOf(before) ?? '';
    const other = ['us-east-1a', 'us-east-1b'].find((zone) => zone !== old) ?? '';
    await ground.access.api.patch(
      resources.deployments,
      { namespace: app.namespace, name: app.name },
      { spec: { template: { spec: { nodeSelector: { [zoneLabel]: other } } } } },
    );

    const { result, report } = await ground.recover({ namespace: app.namespace, pvc: app.name });

    expect(result.status).toBe('recovered');
    expect(report.plan?.warnings.join('\n')).toContain(`the volume moves from zone ${old} to ${other}`);
    expect(report.plan?.warnings.join('\n')).toContain(`node selector ${zoneLabel}=${other}`);
    const after = await ground.access.api.get<V1PersistentVolume>(resources.volumes, { name: app.volumeName });
    expect(zoneOf(after)).toBe(other);
    const handle = after.spec?.csi?.volumeHandle ?? '';
    expect((await ground.access.cloud.volume(handle))?.AvailabilityZone).toBe(other);
    expect(readMark(ground.access.context, handle)).toBe(app.mark);
    const { items: pods } = await ground.access.api.list<V1Pod>(resources.pods, { namespace: app.namespace });
    expect(pods.some(({ status }) => status?.phase === 'Running')).toBe(true);
  });

  it('is made again under a fresh token when it ends in error, as with an unusable key, and the bad one is deleted', async () => {
    const app = await lostApp('bad-key');
    const { cloud, front } = ground.access;
    await front.failNextVolumesOf(app.snapshotId, 1);

    const { result, report, recoveryId } = await ground.recover({ namespace: app.namespace, pvc: app.name });

    expect(result.status).toBe('recovered');
    const [made, ...more] = await ground.volumesOf(recoveryId);
    expect(more).toEqual([]);
    const volume = await cloud.volume(made ?? '');
    expect(volume?.Tags).toContainEqual({ Key: 'rekindle.io/attempt', Value: '2' });
    expect(report.steps.find(({ id }) => id === 'create-volume')?.detail).toContain('attempt 2');
    const creations = await front.journal({ action: 'CreateVolume', carriedOut: true, userAgent: 'rekindle' });
    const ours = creations.filter(
      ({ parameters, error }) => error === undefined && JSON.stringify(parameters).includes(recoveryId),
    );
    expect(new Set(ours.map(({ parameters }) => parameters.ClientToken)).size).toBe(2);
    const volumes = new Set(ours.map(({ resource = '' }) => resource));
    expect(volumes.size).toBe(2);
    volumes.delete(made ?? '');
    expect(await Promise.all([...volumes].map((bad) => cloud.volume(bad)))).toEqual([undefined]);
  });

  it('waits for an operator when three attempts ended in error, and comes after a retry', async () => {
    const app = await lostApp('bad-key-thrice');
    await ground.access.front.failNextVolumesOf(app.snapshotId, 3);
    const handle = await ground.start({ namespace: app.namespace, pvc: app.name });
    const parked = await progressUntil(handle, 'the operator', ({ standstill }) => standstill === 'needs-operator');
    expect(parked.operatorRequest).toMatchObject({ stepId: 'create-volume', code: 'volume-creation-failed' });
    expect(isHeld(await ground.deployment(app.namespace, app.name))).toBe(false);
    await handle.executeUpdate('decide', {
      args: [{ actor: 'tester', decision: 'retry', stepId: 'create-volume', comment: 'the key works again' }],
    });

    const { result } = await ground.ended(handle);

    expect(result.status).toBe('recovered');
    expect(await ground.volumesOf(handle.firstExecutionRunId)).toHaveLength(1);
  });
});
