import { describe, expect, it } from 'vitest';
import { createKubernetesActivities } from '../../../activities/kubernetes/activities.ts';
import { type Kind, kinds, type ObjectRef } from '../../../activities/kubernetes/kinds.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../activities/kubernetes/objects.ts';
import type { KubernetesObject, MergePatch, Precondition } from '../../../activities/kubernetes/port.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

/** As in a real cluster, an object with finalizers stays, marked as deleted, until they are taken off. */
class ClusterWithFinalizers extends FakeKubernetes {
  override async remove(kind: Kind, ref: ObjectRef, when?: Precondition): Promise<boolean> {
    const there = await this.read(kind, ref);
    if ((there?.metadata.finalizers ?? []).length === 0) return super.remove(kind, ref, when);
    if (when?.uid !== undefined && when.uid !== there?.metadata.uid) throw new RekindleError('conflict', 'uid');
    this.effects.push(`mark ${kind.kind} ${ref.name}`);
    this.edit(kind, ref, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    return true;
  }

  override async patch<T extends KubernetesObject>(
    kind: Kind,
    ref: ObjectRef,
    body: MergePatch,
    when?: Precondition,
  ): Promise<T> {
    const patched = await super.patch<T>(kind, ref, body, when);
    const { deletionTimestamp, finalizers = [] } = patched.metadata;
    if (deletionTimestamp !== undefined && finalizers.length === 0) await super.remove(kind, ref);
    return patched;
  }
}

const claimRef = { namespace: 'production', name: 'data' };
const identity = { cluster: 'prod', recoveryId: 'recovery-1', workflowId: 'volume-rebind/prod/production/data' };
const handleOf = (volume: PersistentVolume | null) => volume?.spec.csi?.volumeHandle;

function object(volumeHandle: string, policy: string): PersistentVolume {
  return {
    metadata: { name: 'pvc-1', finalizers: ['kubernetes.io/pv-protection', 'external-attacher/ebs-csi-aws-com'] },
    spec: {
      csi: { driver: 'ebs.csi.aws.com', volumeHandle },
      persistentVolumeReclaimPolicy: policy,
      claimRef: { ...claimRef, uid: 'uid-1' },
    },
  };
}

function world({ policy = 'Retain' } = {}) {
  const cluster = new ClusterWithFinalizers();
  const claim = cluster.add<PersistentVolumeClaim>(kinds.claim, { metadata: claimRef, spec: { volumeName: 'pvc-1' } });
  const old = cluster.add(kinds.volume, object('vol-old', policy));
  const activities = createKubernetesActivities({ clusters: cluster.clusters, pace: new TestPace() });
  const { metadata: _metadata, ...rest } = object('vol-new', 'Retain');
  const desired: PersistentVolume = { metadata: { name: 'pvc-1' }, ...rest };
  const swap = () =>
    activities.swapPersistentVolume({
      ...identity,
      oldUid: old.metadata.uid ?? '',
      claim: { ...claimRef, uid: claim.metadata.uid ?? '' },
      desired,
      formerPolicy: 'Delete',
    });
  const { finalizers: _finalizers, uid: _uid, resourceVersion: _version, ...metadata } = old.metadata;
  const original = {
    ...old,
    metadata,
    spec: { ...old.spec, persistentVolumeReclaimPolicy: 'Delete' },
  } as PersistentVolume;
  const restore = () => activities.restorePersistentVolume({ ...identity, name: 'pvc-1', original, claim: claimRef });
  const now = () => cluster.read<PersistentVolume>(kinds.volume, { name: 'pvc-1' });
  return { cluster, activities, old, swap, restore, now };
}

describe('the exchange of a volume object', () => {
  it('takes the old one away although its finalizers hold it, and makes the new one under its name', async () => {
    const { swap, now } = world();
    expect(await swap()).toMatchObject({ name: 'pvc-1', alreadyThere: false });
    const made = await now();
    expect(handleOf(made)).toBe('vol-new');
    expect(made?.metadata.annotations).toMatchObject({
      'rekindle.io/recovery': 'recovery-1',
      'rekindle.io/former-reclaim-policy': 'Delete',
    });
  });

  it('is done once: a repeat finds its own object', async () => {
    const { cluster, swap } = world();
    await swap();
    const creations = () => cluster.effects.filter((effect) => effect.startsWith('create')).length;
    expect(creations()).toBe(1);
    expect(await swap()).toMatchObject({ alreadyThere: true });
    expect(creations()).toBe(1);
  });

  it('goes on after a crash between deletion and creation, and after a lost reply of the creation', async () => {
    const { cluster, swap, now } = world();
    cluster.edit(kinds.volume, { name: 'pvc-1' }, { metadata: { finalizers: null } });
    await cluster.remove(kinds.volume, { name: 'pvc-1' });
    cluster.loseCreationReply = true;
    await expect(swap()).rejects.toMatchObject({ code: 'reply-lost' });
    expect(await swap()).toMatchObject({ alreadyThere: true });
    expect(handleOf(await now())).toBe('vol-new');
  });

  it.each<[string, (world_: ReturnType<typeof world>) => void, string]>([
    [
      'is not Retain: its deletion could delete the volume',
      ({ cluster }) =>
        cluster.edit(kinds.volume, { name: 'pvc-1' }, { spec: { persistentVolumeReclaimPolicy: 'Delete' } }),
      'drifted',
    ],
    [
      'is guarded by somebody unknown',
      ({ cluster }) =>
        cluster.edit(kinds.volume, { name: 'pvc-1' }, { metadata: { finalizers: ['example.com/mine'] } }),
      'volume-object-guarded',
    ],
    [
      'was made anew since the plan',
      ({ cluster }) => cluster.edit(kinds.volume, { name: 'pvc-1' }, { metadata: { uid: 'another' } }),
      'drifted',
    ],
    [
      'belongs to a claim that was made anew since the plan',
      ({ cluster }) => cluster.edit(kinds.claim, claimRef, { metadata: { uid: 'another' } }),
      'drifted',
    ],
    [
      'is attached again',
      ({ cluster }) => {
        cluster.add(kinds.attachment, {
          metadata: { name: 'csi-1' },
          spec: { attacher: 'ebs.csi.aws.com', nodeName: 'node-1', source: { persistentVolumeName: 'pvc-1' } },
        });
      },
      'workload-not-quiet',
    ],
  ])('touches nothing when the old one %s', async (_title, change, code) => {
    const here = world();
    change(here);
    here.cluster.effects.length = 0;
    await expect(here.swap()).rejects.toMatchObject({ code });
    expect(here.cluster.effects).toEqual([]);
    expect(handleOf(await here.now())).toBe('vol-old');
  });
});

describe('its undo', () => {
  it('puts the old object back, Retain until its own policy is put back by the undo of that step', async () => {
    const { activities, swap, restore, now } = world();
    await swap();
    await restore();
    expect(handleOf(await now())).toBe('vol-old');
    expect((await now())?.spec.persistentVolumeReclaimPolicy).toBe('Retain');
    await activities.restoreReclaimPolicy({ cluster: 'prod', recoveryId: 'recovery-1', name: 'pvc-1' });
    expect((await now())?.spec.persistentVolumeReclaimPolicy).toBe('Delete');
    const left = Object.keys((await now())?.metadata.annotations ?? {}).filter((key) => key.startsWith('rekindle.io/'));
    expect(left).toEqual([]);
  });

  it('leaves an object alone that was never exchanged, and may be repeated', async () => {
    const { cluster, restore, now } = world();
    await restore();
    await restore();
    expect(handleOf(await now())).toBe('vol-old');
    expect(cluster.effects.filter((effect) => !effect.startsWith('patch PersistentVolumeClaim'))).toEqual([]);
  });

  it('goes on after a crash between deletion and creation', async () => {
    const { cluster, swap, restore, now } = world();
    await swap();
    await cluster.remove(kinds.volume, { name: 'pvc-1' });
    await restore();
    expect(handleOf(await now())).toBe('vol-old');
  });
});

describe('the reclaim policy', () => {
  it('becomes Retain and comes back as it was', async () => {
    const { activities, old, now } = world({ policy: 'Delete' });
    const uid = old.metadata.uid ?? '';
    expect(await activities.retainVolume({ ...identity, name: 'pvc-1', uid })).toEqual({ former: 'Delete' });
    expect(await activities.retainVolume({ ...identity, name: 'pvc-1', uid })).toEqual({ former: 'Delete' });
    expect((await now())?.spec.persistentVolumeReclaimPolicy).toBe('Retain');
    await activities.restoreReclaimPolicy({ cluster: 'prod', recoveryId: 'recovery-1', name: 'pvc-1' });
    expect((await now())?.spec.persistentVolumeReclaimPolicy).toBe('Delete');
  });

  it('of the new object stays Retain, also when the undo of the policy runs', async () => {
    const { activities, swap, now } = world();
    await swap();
    await activities.restoreReclaimPolicy({ cluster: 'prod', recoveryId: 'recovery-1', name: 'pvc-1' });
    expect((await now())?.spec.persistentVolumeReclaimPolicy).toBe('Retain');
  });

  it('of an object that another recovery changed is left alone', async () => {
    const { activities, old, now } = world({ policy: 'Delete' });
    await activities.retainVolume({ ...identity, name: 'pvc-1', uid: old.metadata.uid ?? '' });
    await activities.restoreReclaimPolicy({ cluster: 'prod', recoveryId: 'another', name: 'pvc-1' });
    expect((await now())?.spec.persistentVolumeReclaimPolicy).toBe('Retain');
  });
});
