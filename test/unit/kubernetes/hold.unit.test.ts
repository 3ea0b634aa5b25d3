import { describe, expect, it } from 'vitest';
import { createKubernetesActivities } from '../../../activities/kubernetes/activities.ts';
import { type Kind, kinds, type ObjectRef } from '../../../activities/kubernetes/kinds.ts';
import { holdAnnotation } from '../../../activities/kubernetes/marks.ts';
import type { KubernetesObject, MergePatch, Precondition } from '../../../activities/kubernetes/port.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const namespace = 'production';
const set = { namespace, name: 'db' };

/** Lets others run before each write, so that recoveries interleave at every point where they can. */
class InterleavingCluster extends FakeKubernetes {
  yields: () => number = () => 0;

  override async patch<T extends KubernetesObject>(kind: Kind, ref: ObjectRef, body: MergePatch, when?: Precondition) {
    for (let turns = this.yields(); turns > 0; turns--) await Promise.resolve();
    return super.patch<T>(kind, ref, body, when);
  }
}

function world(spec: Record<string, unknown> = {}) {
  const cluster = new InterleavingCluster();
  const object: KubernetesObject = cluster.add<KubernetesObject>(kinds.statefulSet, {
    metadata: set,
    spec: { replicas: 3, ...spec },
  });
  const { holdWorkload, releaseWorkload } = createKubernetesActivities({
    clusters: cluster.clusters,
    pace: new TestPace(),
  });
  const workload = { kind: 'StatefulSet', ...set, uid: object.metadata.uid ?? '' };
  const by = (recoveryId: string) => ({
    cluster: 'prod',
    recoveryId,
    workflowId: `volume-rebind/prod/production/${recoveryId}`,
    workload,
    reconcilers: [],
  });
  const read = async () => {
    const now = (await cluster.read(kinds.statefulSet, set)) as KubernetesObject & { spec: Record<string, unknown> };
    return { spec: now.spec, held: now.metadata.annotations?.[holdAnnotation] !== undefined };
  };
  return { cluster, holdWorkload, releaseWorkload, by, read };
}

describe('the hold of a workload', () => {
  it('scales to 0 and back to what was there', async () => {
    const { holdWorkload, releaseWorkload, by, read } = world();
    expect(await holdWorkload(by('a'))).toEqual({ replicas: 3, paused: [], alsoHeldBy: [], otherHolders: [] });
    expect(await read()).toEqual({ spec: { replicas: 0 }, held: true });
    expect(await releaseWorkload(by('a'))).toMatchObject({ restored: true, stillHeldBy: [] });
    expect(await read()).toEqual({ spec: { replicas: 3 }, held: false });
  });

  it('is shared by two recoveries: the last one to leave scales back', async () => {
    const { holdWorkload, releaseWorkload, by, read } = world();
    await holdWorkload(by('a'));
    expect(await holdWorkload(by('b'))).toMatchObject({ replicas: 3, alsoHeldBy: [by('a').workflowId] });
    expect(await releaseWorkload(by('a'))).toMatchObject({ restored: false, stillHeldBy: [by('b').workflowId] });
    expect(await read()).toEqual({ spec: { replicas: 0 }, held: true });
    expect(await releaseWorkload(by('b'))).toMatchObject({ restored: true });
    expect(await read()).toEqual({ spec: { replicas: 3 }, held: false });
  });

  it('changes nothing when it is taken or left twice, or left by somebody who never held', async () => {
    const { cluster, holdWorkload, releaseWorkload, by, read } = world();
    await releaseWorkload(by('stranger'));
    expect(cluster.effects).toEqual([]);
    await holdWorkload(by('a'));
    const once = cluster.effects.length;
    await holdWorkload(by('a'));
    expect(cluster.effects).toHaveLength(once);
    await releaseWorkload(by('a'));
    await releaseWorkload(by('a'));
    expect(await read()).toEqual({ spec: { replicas: 3 }, held: false });
  });

  it('sets the retention of claims to Retain before it scales, and puts Delete back with the replicas', async () => {
    const policy = (whenScaled: string) => ({
      persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted: 'Retain' },
    });
    const { cluster, holdWorkload, releaseWorkload, by, read } = world(policy('Delete'));
    await holdWorkload(by('a'));
    const [first, second] = cluster.effects;
    expect(first).toContain('"whenScaled":"Retain"');
    expect(first).not.toContain('"replicas":0}');
    expect(second).toContain('"replicas":0');
    await releaseWorkload(by('a'));
    expect(await read()).toEqual({ spec: { replicas: 3, ...policy('Delete') }, held: false });
  });

  it('takes up where a crash left it between the two writes', async () => {
    const { cluster, holdWorkload, releaseWorkload, by, read } = world({
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain' },
    });
    const before = { replicas: 3, whenScaled: 'Delete' };
    const holders = [{ recoveryId: 'a', workflowId: by('a').workflowId }];
    cluster.edit(kinds.statefulSet, set, {
      metadata: { annotations: { [holdAnnotation]: JSON.stringify({ holders, before }) } },
    });
    await holdWorkload(by('a'));
    expect(await read()).toMatchObject({ spec: { replicas: 0 }, held: true });
    await releaseWorkload(by('a'));
    expect(await read()).toMatchObject({
      spec: { replicas: 3, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
    });
  });

  it('leaves alone the replicas that somebody set meanwhile', async () => {
    const { cluster, holdWorkload, releaseWorkload, by, read } = world();
    await holdWorkload(by('a'));
    cluster.edit(kinds.statefulSet, set, { spec: { replicas: 5 } });
    await releaseWorkload(by('a'));
    expect(await read()).toEqual({ spec: { replicas: 5 }, held: false });
  });

  it('is not taken when its record cannot be read, for what was there before would be lost', async () => {
    const { cluster, holdWorkload, by } = world();
    cluster.edit(kinds.statefulSet, set, { metadata: { annotations: { [holdAnnotation]: '{"holders"' } } });
    await expect(holdWorkload(by('a'))).rejects.toMatchObject({ code: 'hold-record-damaged' });
  });

  it('ends whole under every interleaving that was tried: replicas are back once nobody holds, and never before', async () => {
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let round = 0; round < 300; round++) {
      const { cluster, holdWorkload, releaseWorkload, by, read } = world({
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' },
      });
      cluster.yields = () => random(12);
      const holding = new Set<string>();
      const retried = async <T>(call: () => Promise<T>): Promise<T> => {
        for (;;) {
          try {
            return await call();
          } catch (error) {
            if ((error as { code?: string }).code !== 'conflict') throw error;
          }
        }
      };
      const recovery = async (id: string) => {
        for (let turns = random(20); turns > 0; turns--) await Promise.resolve();
        await retried(() => holdWorkload(by(id)));
        holding.add(id);
        for (let turns = random(20); turns > 0; turns--) {
          await Promise.resolve();
          expect((await read()).spec.replicas).toBe(0);
        }
        holding.delete(id);
        await retried(() => releaseWorkload(by(id)));
      };
      await Promise.all(['a', 'b', 'c'].map(recovery));
      expect(await read()).toEqual({
        spec: { replicas: 3, persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
        held: false,
      });
    }
  });
});

describe('what watches over a held workload', () => {
  const reconcilers = [
    { kind: 'Application', kindOf: kinds.argoApplication, spec: { syncPolicy: { automated: { selfHeal: true } } } },
    { kind: 'Kustomization', kindOf: kinds.fluxKustomization, spec: { interval: '1m' } },
    { kind: 'HelmRelease', kindOf: kinds.fluxHelmRelease, spec: { suspend: false } },
    { kind: 'HorizontalPodAutoscaler', kindOf: kinds.autoscaler, spec: { minReplicas: 0 } },
    {
      kind: 'HorizontalPodAutoscaler',
      kindOf: kinds.autoscaler,
      spec: { behavior: { scaleUp: { selectPolicy: 'Max' } } },
    },
  ] as const;

  it.each(reconcilers)('is paused and put back exactly: $kind with $spec', async ({ kind, kindOf, spec }) => {
    const { cluster, holdWorkload, releaseWorkload, by } = world();
    cluster.add<KubernetesObject>(kindOf, { metadata: { namespace, name: 'watcher' }, spec });
    const input = { ...by('a'), reconcilers: [{ kind, namespace, name: 'watcher' }] };
    const specNow = async () => (await cluster.read(kindOf, { namespace, name: 'watcher' }))?.spec;

    expect(await holdWorkload(input)).toMatchObject({ paused: [`${kind} production/watcher`] });
    expect(await specNow()).not.toEqual(spec);
    await releaseWorkload(input);
    expect(await specNow()).toEqual(spec);
  });

  it('is paused by annotation where it is KEDA, which is put back as it was', async () => {
    const { cluster, holdWorkload, releaseWorkload, by } = world();
    const ref = { namespace, name: 'watcher' };
    cluster.add(kinds.scaledObject, { metadata: ref, spec: {} });
    const input = { ...by('a'), reconcilers: [{ kind: 'ScaledObject' as const, ...ref }] };
    const annotations = async () => (await cluster.read(kinds.scaledObject, ref))?.metadata.annotations ?? {};

    await holdWorkload(input);
    expect(await annotations()).toMatchObject({ 'autoscaling.keda.sh/paused': 'true' });
    await releaseWorkload(input);
    expect(await annotations()).toEqual({});
  });

  it('is paused before the workload is scaled, and resumed after it', async () => {
    const { cluster, holdWorkload, releaseWorkload, by } = world();
    cluster.add<KubernetesObject>(kinds.fluxKustomization, { metadata: { namespace, name: 'watcher' }, spec: {} });
    const input = { ...by('a'), reconcilers: [{ kind: 'Kustomization' as const, namespace, name: 'watcher' }] };
    await holdWorkload(input);
    await releaseWorkload(input);
    expect(cluster.effects.map((effect) => effect.split(' ')[1])).toEqual([
      'Kustomization',
      'StatefulSet',
      'StatefulSet',
      'Kustomization',
    ]);
  });
});
