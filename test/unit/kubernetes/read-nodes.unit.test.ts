import { beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { type Lease, type Node, nodeKinds, type WaitingPod } from '../../../activities/kubernetes/node-objects.ts';
import type { Workload } from '../../../activities/kubernetes/objects.ts';
import { waitPodsStarted } from '../../../activities/kubernetes/pods-started.ts';
import { readNodes } from '../../../activities/kubernetes/read-nodes.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

const now = Date.parse('2026-01-01T00:10:00Z');
let api: FakeKubernetes;

function addNode(name: string, ready: 'True' | 'Unknown', labels: Readonly<Record<string, string>> = {}): void {
  api.add<Node>(kinds.node, {
    metadata: { name, labels: { 'topology.kubernetes.io/zone': 'us-east-1a', ...labels } },
    spec: { providerID: `aws:///us-east-1a/i-${name.slice(-1)}` },
    status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T00:09:00Z' }] },
  });
}

function addPod(name: string, nodeName: string, phase: string, reason?: string): void {
  api.add<WaitingPod>(kinds.pod, {
    metadata: { name, namespace: 'apps' },
    spec: { nodeName },
    status: { phase, ...(reason && { containerStatuses: [{ state: { waiting: { reason } } }] }) },
  });
}

beforeEach(() => {
  api = new FakeKubernetes();
});

describe('the nodes of a cluster', () => {
  const read = (named: readonly string[] = []) => readNodes(api, named, now, new AbortController().signal);

  it('are told in full where they are not Ready or were named, else by machine and zone alone', async () => {
    for (const name of ['node-1', 'node-2']) addNode(name, 'True');
    addNode('node-3', 'Unknown');
    api.add<Lease>(nodeKinds.lease, {
      metadata: { name: 'node-3', namespace: 'kube-node-lease' },
      spec: { renewTime: '2026-01-01T00:08:30Z' },
    });
    addPod('web-1', 'node-3', 'Running');
    const { nodes, ready, unknown } = await read(['node-2', 'node-9']);
    expect(ready).toEqual([['i-1', 'us-east-1a']]);
    expect(unknown).toEqual(['node-9']);
    expect(nodes.map(({ name }) => name)).toEqual(['node-2', 'node-3']);
    expect(nodes[1]).toMatchObject({ ready: 'Unknown', sinceSeconds: 60, leaseAgeSeconds: 90, pods: 1 });
  });

  it('of the control plane are counted for their quorum', async () => {
    const label = { 'node-role.kubernetes.io/control-plane': '' };
    addNode('node-1', 'True', label);
    addNode('node-2', 'Unknown', label);
    addNode('node-3', 'Unknown', label);
    expect((await read()).controlPlane).toEqual({ members: 3, ready: 1 });
  });

  it('come with the programs that would replace them too, unless those are scaled to 0', async () => {
    const add = (name: string, replicas: number) =>
      api.add<Workload>(kinds.deployment, { metadata: { name, namespace: 'infra' }, spec: { replicas } });
    add('cluster-autoscaler', 1);
    add('aws-node-termination-handler', 0);
    api.add(nodeKinds.karpenterPool, { metadata: { name: 'general' } });
    addNode('node-1', 'True', { 'eks.amazonaws.com/nodegroup': 'workers' });
    expect((await read()).repairers).toEqual([
      'Karpenter NodePool general',
      'cluster-autoscaler infra/cluster-autoscaler',
      'EKS managed node group workers (its node repair, where that is on)',
    ]);
  });
});

describe('the pods of a wave', () => {
  const wait = (pace: TestPace) => waitPodsStarted(api, { cluster: 'prod', atMost: 1, limitSeconds: 60 }, pace);

  it('are waited for until few are still starting; those without an image are not', async () => {
    addNode('node-1', 'True');
    for (const name of ['a', 'b', 'c']) addPod(name, 'node-1', 'Pending');
    addPod('bad', 'node-1', 'Pending', 'ImagePullBackOff');
    const pace = new TestPace();
    pace.onSleep = (elapsed) => {
      for (const name of elapsed > 5_000 ? ['a', 'b'] : []) {
        api.edit(kinds.pod, { namespace: 'apps', name }, { status: { phase: 'Running' } });
      }
    };
    expect(await wait(pace)).toBe('1 pods are still starting');
  });

  it('do not stop a recovery when they never start', async () => {
    addNode('node-1', 'True');
    for (const name of ['a', 'b', 'c']) addPod(name, 'node-1', 'Pending');
    expect(await wait(new TestPace())).toContain('3 pods are starting');
  });
});
