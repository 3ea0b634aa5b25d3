import type { V1PersistentVolume } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { startupSecondsAnnotation } from '../../../sandbox/cluster/kwok-stages.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { deployLightWorkloads } from '../../../sandbox/seed/light-workloads.ts';
import { cancelUpdate, pauseUpdate, resumeUpdate } from '../../../workflows/recovery/messages.ts';
import { progressUntil, type StartedRecovery } from '../../worlds/recovery-in-namespace.ts';
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
  const namespace = ground.namespace(word);
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

const by = { actor: 'tester' };
const pause = (handle: StartedRecovery) => handle.executeUpdate(pauseUpdate, { args: [by] });
const resume = (handle: StartedRecovery) => handle.executeUpdate(resumeUpdate, { args: [by] });
const standing = (handle: StartedRecovery) =>
  progressUntil(handle, 'the pause', ({ standstill, result }) => standstill === 'paused' || result !== null);

/** The steps that last a moment only, and how many steps they come after `wait-quiet`, which lasts seconds. */
const brief: Readonly<Record<string, number>> = { 'swap-volume-object': 1, 'wait-bound': 2 };

/** Lets the recovery go on by one step at a time, to the start of a brief one. The handle is in `wait-quiet`. */
async function leadTo(handle: StartedRecovery, steps: number): Promise<void> {
  await pause(handle);
  await standing(handle);
  for (let step = 1; step < steps; step += 1) {
    await resume(handle);
    await pause(handle);
    await standing(handle);
  }
}

/** Worlds to try with: a machine that stands still for a second lets a cancel come too late. */
const attempts = 4;

/** A cancel while the step runs or just before or after it. Past the point of no return that is another test. */
async function cancelledAt(stepId: string, startupSeconds = 0) {
  const steps = brief[stepId];
  for (let attempt = 1; ; attempt += 1) {
    const word = `cancel${attempt}-${stepId.slice(0, 12)}`;
    const { app, handle } = await startedUntil(steps ? 'wait-quiet' : stepId, word, startupSeconds);
    if (steps) await leadTo(handle, steps);
    const resumed = steps ? resume(handle) : Promise.resolve();
    const cancelled = handle.executeUpdate(cancelUpdate, { args: [{ ...by, comment: `at ${stepId}` }] });
    const [, cancel] = await Promise.allSettled([resumed, cancelled]);
    const ended = await ground.ended(handle);
    const start = ended.report.steps.find(({ id }) => id === 'start-workload');
    const inTime = cancel.status === 'fulfilled' && (stepId === 'wait-ready' || start?.state === 'pending');
    if (inTime || attempt === attempts) return { app, ended };
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
