import { beforeEach, describe, expect, it } from 'vitest';
import type { AutoScalingRegion, Machine } from '../../../activities/autoscaling/port.ts';
import { clearNodes } from '../../../activities/kubernetes/clear-nodes.ts';
import { drainNodes, uncordonNodes } from '../../../activities/kubernetes/drain.ts';
import { evictionOf } from '../../../activities/kubernetes/eviction.ts';
import { unfenceNodes } from '../../../activities/kubernetes/fencing.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { cordonedByAnnotation, fencedByAnnotation, type Node } from '../../../activities/kubernetes/node-objects.ts';
import type { NodeRef } from '../../../activities/kubernetes/node-types.ts';
import type { Pod, Toleration } from '../../../activities/kubernetes/objects.ts';
import type { ObjectMeta } from '../../../activities/kubernetes/port.ts';
import { translateStatus } from '../../../activities/kubernetes/translate.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const instanceId = 'i-1';
const about = { cluster: 'prod', region: 'us-east-1', recoveryId: 'run', workflowId: 'node-replacement/prod' };
let api: FakeKubernetes;
let pace: TestPace;
let state: Machine['state'];
let ref: NodeRef;
const region = {
  region: 'us-east-1',
  machines: async (ids: readonly string[]) => ids.map((id) => ({ instanceId: id, state, checks: 'unknown' })),
} as unknown as AutoScalingRegion;

const owned = (kind: string): Partial<ObjectMeta> => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'owner', uid: 'owner', controller: true }],
});

function addPod(
  name: string,
  metadata: Partial<ObjectMeta> = owned('ReplicaSet'),
  tolerations: readonly Toleration[] = [],
): Pod {
  const spec = { nodeName: 'node-1', tolerations };
  return api.add<Pod>(kinds.pod, {
    metadata: { name, namespace: 'apps', ...metadata },
    spec,
    status: { phase: 'Running' },
  });
}

beforeEach(() => {
  api = new FakeKubernetes();
  pace = new TestPace();
  state = 'terminated';
  const status = { conditions: [{ type: 'Ready', status: 'Unknown' }] };
  const node = api.add<Node>(kinds.node, { metadata: { name: 'node-1' }, spec: {}, status });
  ref = { node: 'node-1', nodeUid: node.metadata.uid ?? '', instanceId };
});

describe('a dead node that Kubernetes does not free', () => {
  const clear = (which: 'fenced' | 'all' = 'all') =>
    clearNodes(api, region, { ...about, which, nodes: [ref], patienceSeconds: 30, limitSeconds: 60 }, pace);

  it('is left to Kubernetes for the patience', async () => {
    addPod('web-1');
    pace.onSleep = (elapsed) => {
      if (elapsed > 10_000) void api.remove(kinds.pod, { namespace: 'apps', name: 'web-1' });
    };
    expect(await clear()).toBe('nothing is left on 1 dead nodes');
  });

  it('is emptied by force after it, DaemonSet pods by the end of their node', async () => {
    addPod('web-1');
    addPod('agent-1', owned('DaemonSet'));
    expect(await clear()).toContain('by force: 1 pods, 1 node objects');
    expect(api.effects).toEqual(['remove Pod apps/web-1', 'remove Node node-1']);
  });

  it.each([
    ['its machine runs', () => (state = 'running')],
    [
      'its node is Ready again',
      () => api.edit(kinds.node, { name: 'node-1' }, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
    ],
  ])('is never emptied by force when %s', async (_why, change) => {
    addPod('db-0', owned('StatefulSet'));
    change();
    await expect(clear()).rejects.toMatchObject({ code: 'node-not-empty' });
    expect(api.effects).toEqual([]);
  });

  it('is waited for before its machine is ended only once it is fenced, and without the pods of DaemonSets', async () => {
    addPod('db-0', owned('StatefulSet'));
    expect(await clear('fenced')).toBe('nothing is left on 0 dead nodes');
    api.edit(kinds.node, { name: 'node-1' }, { metadata: { annotations: { [fencedByAnnotation]: 'run' } } });
    state = 'stopped';
    addPod('agent-1', owned('DaemonSet'));
    expect(await clear('fenced')).toContain('on 1 dead nodes; by force: 1 pods, 0 node objects');
    expect(api.effects).toEqual(['remove Pod apps/db-0']);
  });

  it('keeps a pod that tolerates every taint until its object is gone: the scheduler would put it back there', async () => {
    addPod('sticky-0', owned('StatefulSet'), [{ operator: 'Exists' }]);
    expect(await clear()).toContain('by force: 1 pods, 1 node objects');
    expect(api.effects).toEqual(['remove Node node-1', 'remove Pod apps/sticky-0']);
  });

  it('names the finalizer that keeps a pod after its deletion by force', async () => {
    addPod('web-1', {
      ...owned('ReplicaSet'),
      finalizers: ['example.com/hold'],
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
    await expect(clear()).rejects.toThrow('apps/web-1 held by finalizer example.com/hold');
    expect(api.effects).toEqual(['remove Node node-1']);
  });
});

describe('a living node that is drained', () => {
  const drain = () => drainNodes(api, { ...about, nodes: [ref], limitSeconds: 60 }, pace);

  it('asks a budget that refuses again until it gives way, and leaves DaemonSet pods alone', async () => {
    addPod('web-1');
    addPod('agent-1', owned('DaemonSet'));
    let asked = 0;
    api.answerEviction = () => {
      asked += 1;
      return asked < 3 ? { outcome: 'refused', message: 'budget web' } : { outcome: 'accepted', message: '' };
    };
    expect(await drain()).toBe('1 nodes drained, 1 pods evicted');
    expect(asked).toBe(3);
    expect(pace.now() - Date.parse('2026-01-01T00:00:00Z')).toBeGreaterThanOrEqual(10_000);
    expect(api.has(kinds.pod, { namespace: 'apps', name: 'agent-1' })).toBe(true);
  });

  it('says which budget refuses when it never gives way', async () => {
    addPod('web-1');
    api.answerEviction = () => ({ outcome: 'refused', message: 'budget web needs 2 healthy pods' });
    await expect(drain()).rejects.toMatchObject({
      code: 'budget-blocks-eviction',
      message: expect.stringContaining('budget web needs 2 healthy pods'),
    });
  });

  it('counts its limit from the first attempt, and asks once more where a later attempt finds it over', async () => {
    addPod('web-1');
    let asked = 0;
    api.answerEviction = () => {
      asked += 1;
      return { outcome: 'refused', message: 'budget web' };
    };
    await pace.sleep(59_000);
    await expect(drain()).rejects.toMatchObject({ code: 'budget-blocks-eviction' });
    expect(pace.now() - pace.began()).toBe(60_000);
    await pace.sleep(60_000);
    await expect(drain()).rejects.toMatchObject({ code: 'budget-blocks-eviction' });
    expect([pace.now() - pace.began(), asked]).toEqual([120_000, 2]);
  });

  it('stops at a pod that several budgets select, and at one that nobody would make again', async () => {
    addPod('web-1');
    api.answerEviction = () => ({ outcome: 'several-budgets', message: 'two budgets' });
    await expect(drain()).rejects.toMatchObject({ code: 'several-budgets' });
    addPod('bare', {});
    await expect(drain()).rejects.toMatchObject({
      code: 'pod-unmanaged',
      message: expect.stringContaining('apps/bare'),
    });
  });

  it('takes its own cordon off, and not that of somebody else', async () => {
    const foreign = api.add<Node>(kinds.node, { metadata: { name: 'node-2' }, spec: { unschedulable: true } });
    const second = { node: 'node-2', nodeUid: foreign.metadata.uid ?? '', instanceId: 'i-2' };
    await drainNodes(api, { ...about, nodes: [ref, second], limitSeconds: 60 }, pace);
    await uncordonNodes(api, 'run', pace.signal());
    const cordoned = async (name: string) => (await api.read<Node>(kinds.node, { name }))?.spec.unschedulable;
    expect([await cordoned('node-1'), await cordoned('node-2')]).toEqual([undefined, true]);
  });
});

describe('a node that goes between the look at it and its patch', () => {
  const gone = async () => {
    const found = await FakeKubernetes.prototype.list.call(api, kinds.node);
    await api.remove(kinds.node, { name: 'node-1' });
    return found;
  };

  it.each([
    ['its taint', fencedByAnnotation, () => unfenceNodes(api, 'run', pace.signal())],
    ['its cordon', cordonedByAnnotation, () => uncordonNodes(api, 'run', pace.signal())],
  ] as const)('took %s with it: nothing is left to put back', async (_what, annotation, putBack) => {
    api.edit(kinds.node, { name: 'node-1' }, { metadata: { annotations: { [annotation]: 'run' } } });
    api.list = gone as typeof api.list;
    await putBack();
    expect(api.effects).toEqual(['remove Node node-1']);
  });
});

describe('the answer to an eviction', () => {
  const answer = (status: number, reason: string, message: string) =>
    evictionOf(async () => {
      throw translateStatus(status, { reason, message }, { cluster: 'prod', method: 'POST', target: 'Pod apps/web-1' });
    });

  it.each([
    [404, 'NotFound', 'not found', 'gone'],
    [409, 'Conflict', 'the UID in the precondition does not match', 'gone'],
    [429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", 'refused'],
    [500, 'InternalError', 'This pod has more than one PodDisruptionBudget', 'several-budgets'],
  ])('%i %s is read', async (status, reason, message, outcome) => {
    expect(await answer(status, reason, message)).toMatchObject({ outcome });
  });

  it('429 without a budget is the API server asking to slow down', async () => {
    await expect(answer(429, 'TooManyRequests', 'too many requests')).rejects.toMatchObject({ code: 'throttled' });
  });
});
