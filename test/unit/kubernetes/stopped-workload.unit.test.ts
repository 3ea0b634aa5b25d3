/** A stopped workload is quiet only when its controllers know that it was stopped: before that, one makes another pod. */
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { waitWorkloadQuiet } from '../../../activities/kubernetes/waits.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const namespace = 'production';
const template = { spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] } };

/** Each time a second passes, the next thing happens. */
function quiet(api: FakeKubernetes, workload: { kind: string; name: string; uid: string }, ...events: (() => void)[]) {
  const pace = new TestPace();
  pace.onSleep = () => events.shift()?.();
  const input = { cluster: 'prod', namespace, claim: 'data', volumeName: null, completedPodsCount: false };
  const workloads = [{ ...workload, namespace }];
  const waited = waitWorkloadQuiet(api, { ...input, limitSeconds: 60, workloads }, pace);
  return waited.then((detail) => ({ detail, reports: pace.reports, left: events.length }));
}

describe('a workload that was stopped', () => {
  it.each(['StatefulSet', 'ReplicationController'] as const)(
    'of kind %s is quiet once its controller saw that, and the pod that it made before is gone',
    async (kind) => {
      const api = new FakeKubernetes();
      const of = kind === 'StatefulSet' ? kinds.statefulSet : kinds.replicationController;
      const name = { namespace, name: 'db' };
      const spec = { replicas: 0, template };
      const { metadata } = api.add(of, {
        metadata: { ...name, generation: 2 },
        spec,
        status: { observedGeneration: 1 },
      });
      const uid = (metadata as { uid?: string }).uid ?? '';
      const { reports, left } = await quiet(
        api,
        { kind, name: 'db', uid },
        () => void api.add(kinds.pod, { metadata: name, spec: template.spec }),
        () => api.edit(of, name, { status: { observedGeneration: 2 } }),
        () => void api.remove(kinds.pod, name),
      );
      expect(left).toBe(0);
      expect(reports).toEqual([
        `the controller of ${kind} production/db has not seen yet that it was stopped`,
        `the controller of ${kind} production/db has not seen yet that it was stopped`,
        '1 pods still use the claim: db',
      ]);
    },
  );

  it('of kind Deployment is quiet once its ReplicaSet is stopped and the controller of that saw it', async () => {
    const api = new FakeKubernetes();
    const name = { namespace, name: 'web' };
    const deployment = api.add(kinds.deployment, {
      metadata: { ...name, generation: 2 },
      spec: { replicas: 0, template },
      status: { observedGeneration: 1 },
    });
    const uid = (deployment.metadata as { uid?: string }).uid ?? '';
    const set = { namespace, name: 'web-1' };
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid, controller: true };
    api.add(kinds.replicaSet, {
      metadata: { ...set, generation: 1, ownerReferences: [owner] },
      spec: { replicas: 1, template },
      status: { observedGeneration: 1 },
    });
    api.add(kinds.replicaSet, { metadata: { namespace, name: 'other-1' }, spec: { replicas: 1 } });
    const { reports, left } = await quiet(
      api,
      { kind: 'Deployment', name: 'web', uid },
      () => api.edit(kinds.deployment, name, { status: { observedGeneration: 2 } }),
      () => api.edit(kinds.replicaSet, set, { metadata: { generation: 2 }, spec: { replicas: 0 } }),
      () => api.edit(kinds.replicaSet, set, { status: { observedGeneration: 2 } }),
    );
    expect(left).toBe(0);
    expect(reports).toEqual([
      'the controller of Deployment production/web has not seen yet that it was stopped',
      'ReplicaSet production/web-1 is not stopped yet',
      'ReplicaSet production/web-1 is not stopped yet',
    ]);
  });

  it('of kind CronJob, or one that is gone, is told by its pods alone', async () => {
    const api = new FakeKubernetes();
    const cronJob = { metadata: { namespace, name: 'nightly', generation: 2 }, spec: { suspend: true } };
    api.add(kinds.cronJob, cronJob);
    for (const [kind, name] of [
      ['CronJob', 'nightly'],
      ['Deployment', 'gone'],
    ] as const) {
      const { reports, detail } = await quiet(api, { kind, name, uid: '' });
      expect(reports).toEqual([]);
      expect(detail).toBe('no pod uses the claim, no attachment of its volume');
    }
  });
});
