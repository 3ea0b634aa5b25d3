import type { V1PersistentVolume } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { startupSecondsAnnotation } from '../../../sandbox/cluster/kwok-stages.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { deployLightWorkloads } from '../../../sandbox/seed/light-workloads.ts';
import { cancelUpdate } from '../../../workflows/recovery/messages.ts';
import { progressUntil } from '../../worlds/recovery-in-namespace.ts';
import { isHeld, rebindGround } from './rebind-ground.ts';

const ground = rebindGround('rebind-cancelled');

/** Every step before the point of no return. A cancel while it runs, or right after it, takes everything back. */
const revertible = [
  'save-definitions',
  'retain-old-volume',
  'create-volume',
  'hold-deployment-light-000',
  'wait-quiet',
  'swap-volume-object',
  'wait-bound',
] as const;

/** `startupSeconds`: how long the pods take once their volume is there. */
async function startedUntil(stepId: string, word: string, startupSeconds = 0) {
  const namespace = ground.namespace(`${word}-${stepId.slice(0, 12)}`);
  const [app] = await deployLightWorkloads(ground.access, namespace, 1);
  if (app === undefined) throw new Error('no workload was made');
  if (startupSeconds > 0) {
    const annotations = { [startupSecondsAnnotation]: `${startupSeconds}` };
    const name = { namespace: app.namespace, name: app.name };
    await ground.access.api.patch(resources.deployments, name, { spec: { template: { metadata: { annotations } } } });
  }
  await ground.loseVolume(app.namespace, app.name);
  const handle = await ground.start({ namespace: app.namespace, pvc: app.name });
  await progressUntil(handle, `step ${stepId}`, ({ steps }) =>
    steps.some((step) => step.id === stepId && step.state !== 'pending'),
  );
  return { app, handle };
}

/** The last step before the point of no return lasts a moment: on a busy machine a cancel meets it one time out of three. */
const attempts = 8;

/** On a busy machine a cancel may come only after the step behind it has begun. Past the point of no return that is another test. */
async function cancelledAt(stepId: string, startupSeconds = 0) {
  for (let attempt = 1; ; attempt += 1) {
    const { app, handle } = await startedUntil(stepId, `cancel${attempt}`, startupSeconds);
    await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'tester', comment: `at ${stepId}` }] });
    const ended = await ground.ended(handle);
    const start = ended.report.steps.find(({ id }) => id === 'start-workload');
    if (stepId === 'wait-ready' || start?.state === 'pending' || attempt === attempts) return { app, ended };
  }
}

describe('a recovery that is cancelled', () => {
  it.each(revertible)('at %s takes back what it did and says so', async (stepId) => {
    const { app, ended } = await cancelledAt(stepId);
    const { result, report, recoveryId } = ended;

    expect(result).toMatchObject({ status: 'cancelled', reason: `cancelled by tester: at ${stepId}`, left: [] });
    expect(await ground.volumesOf(recoveryId)).toEqual([]);
    const claim = await ground.claim(app.namespace, app.name);
    expect(claim?.metadata?.uid).toBe(app.claimUid);
    expect(claim?.spec?.volumeName).toBe(app.volumeName);
    const volume = await ground.access.api.get<V1PersistentVolume>(resources.volumes, { name: app.volumeName });
    expect(volume.spec?.csi?.volumeHandle).toBe(app.volumeId);
    expect(volume.spec?.persistentVolumeReclaimPolicy).toBe('Delete');
    expect(Object.keys(volume.metadata?.annotations ?? {}).filter((key) => key.startsWith('rekindle.io/'))).toEqual([]);
    const deployment = await ground.deployment(app.namespace, app.name);
    expect(deployment.spec?.replicas).toBe(1);
    expect(isHeld(deployment)).toBe(false);
    const done = report.steps.filter(({ state }) => state === 'undone').map(({ title }) => title);
    for (const title of done) expect(report.timeline.some(({ what }) => what.startsWith(title))).toBe(true);
    expect(report.undone.length).toBeGreaterThanOrEqual(stepId === 'save-definitions' ? 0 : 1);
  });

  it('after the workload was started keeps the new volume, because of its new writes, and says so', async () => {
    const { app, ended } = await cancelledAt('wait-ready', 20);
    const { result, recoveryId } = ended;

    expect(result.status).toBe('cancelled');
    const left = result.status === 'cancelled' ? result.left.join('\n') : '';
    expect(left).toContain('Delete the new volume: not done, the workload writes to the new volume');
    expect(left).toContain('Put the old volume object back: not done');
    expect(await ground.volumesOf(recoveryId)).toEqual([await ground.handleOf(app.volumeName)]);
    const deployment = await ground.deployment(app.namespace, app.name);
    expect(deployment.spec?.replicas).toBe(1);
    expect(isHeld(deployment)).toBe(false);
  });
});

describe('a recovery that was terminated, and so put nothing back', () => {
  it('is taken out of the hold of the workload by the next one, which recovers', async () => {
    const { app, handle } = await startedUntil('wait-quiet', 'kill');
    await handle.terminate('by the test');
    expect(isHeld(await ground.deployment(app.namespace, app.name))).toBe(true);

    const { result, report } = await ground.recover({ namespace: app.namespace, pvc: app.name });
    expect(result.status).toBe('recovered');
    const hold = report.steps.find(({ id }) => id === 'hold-deployment-light-000');
    expect(hold?.detail).toContain(`taken over from ${handle.workflowId}, which ended without letting go`);
    const deployment = await ground.deployment(app.namespace, app.name);
    expect(deployment.spec?.replicas).toBe(1);
    expect(isHeld(deployment)).toBe(false);
  });
});
