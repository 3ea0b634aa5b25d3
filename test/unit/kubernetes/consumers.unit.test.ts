import { describe, expect, it } from 'vitest';
import { consumersOf, type NamespaceContents } from '../../../activities/kubernetes/consumers.ts';
import { holdAllowedAnnotation, holdAnnotation } from '../../../activities/kubernetes/marks.ts';
import type { Pod, Workload } from '../../../activities/kubernetes/objects.ts';
import type { KubernetesObject, OwnerReference } from '../../../activities/kubernetes/port.ts';

const namespace = 'production';
const nothing: NamespaceContents = {
  pods: [],
  workloads: [],
  autoscalers: [],
  scaledObjects: [],
  applications: [],
  kustomizations: [],
  helmReleases: [],
};
const usesClaim = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] };

function ownedBy(kind: string, name: string): readonly OwnerReference[] {
  return [{ apiVersion: 'x/v1', kind, name, uid: `${kind}-${name}`, controller: true }];
}

interface Shape {
  readonly owner?: readonly OwnerReference[];
  readonly spec?: object;
  readonly status?: object;
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
}

function object(kind: string, name: string, { owner, spec, status, annotations, labels }: Shape = {}) {
  const metadata = {
    name,
    namespace,
    uid: `${kind}-${name}`,
    ...(owner && { ownerReferences: owner }),
    ...(annotations && { annotations }),
    ...(labels && { labels }),
  };
  return { kind, metadata, spec: spec ?? {}, ...(status && { status }) };
}

const workload = (kind: string, name: string, shape: Shape = {}) =>
  object(kind, name, { ...shape, spec: { template: { spec: usesClaim }, ...shape.spec } }) as unknown as Workload;
const pod = (name: string, shape: Shape = {}) => object('Pod', name, { ...shape, spec: usesClaim }) as unknown as Pod;

function found(contents: Partial<NamespaceContents>, claim = 'data') {
  return consumersOf(claim, { ...nothing, ...contents }).map(
    ({ kind, name, means }) => `${kind} ${name} ${means.kind}`,
  );
}

describe('the consumers of a claim are', () => {
  it.each<[string, Partial<NamespaceContents>, readonly string[]]>([
    ['none where nothing names it', { pods: [] }, []],
    [
      'the Deployment above ReplicaSet and pod, once',
      {
        workloads: [
          workload('Deployment', 'web', { spec: { replicas: 2 } }),
          workload('ReplicaSet', 'web-1', { owner: ownedBy('Deployment', 'web'), spec: { replicas: 2 } }),
          workload('ReplicaSet', 'web-0', { owner: ownedBy('Deployment', 'web'), spec: { replicas: 0 } }),
        ],
        pods: [pod('web-1-a', { owner: ownedBy('ReplicaSet', 'web-1') })],
      },
      ['Deployment web scale'],
    ],
    [
      'a Deployment at zero replicas',
      { workloads: [workload('Deployment', 'web', { spec: { replicas: 0 } })] },
      ['Deployment web scale'],
    ],
    [
      'a bare ReplicaSet',
      { workloads: [workload('ReplicaSet', 'bare', { spec: { replicas: 1 } })] },
      ['ReplicaSet bare scale'],
    ],
    [
      'all workloads that name it',
      { workloads: [workload('Deployment', 'reader'), workload('Deployment', 'writer')] },
      ['Deployment reader scale', 'Deployment writer scale'],
    ],
    ['a bare pod, which cannot be stopped', { pods: [pod('lonely')] }, ['Pod lonely impossible']],
    [
      'a completed pod, which uses nothing',
      { pods: [pod('once', { status: { phase: 'Succeeded' } })] },
      ['Pod once none'],
    ],
    [
      'a DaemonSet, which cannot be stopped',
      { workloads: [workload('DaemonSet', 'agent')] },
      ['DaemonSet agent impossible'],
    ],
    ['a running Job, which cannot be stopped', { workloads: [workload('Job', 'import')] }, ['Job import impossible']],
    [
      'a finished Job, which uses nothing',
      { workloads: [workload('Job', 'import', { status: { conditions: [{ type: 'Complete', status: 'True' }] } })] },
      ['Job import none'],
    ],
    [
      'a CronJob beside its running Job',
      {
        workloads: [
          object('CronJob', 'nightly', {
            spec: { jobTemplate: { spec: { template: { spec: usesClaim } } } },
          }) as unknown as Workload,
          workload('Job', 'nightly-1', { owner: ownedBy('CronJob', 'nightly') }),
        ],
      },
      ['CronJob nightly suspend', 'Job nightly-1 impossible'],
    ],
    [
      'a pod of an operator, which cannot be stopped',
      { pods: [pod('pg-1', { owner: ownedBy('Cluster', 'pg') })] },
      ['Pod pg-1 impossible'],
    ],
    [
      'a workload of an operator, which cannot be stopped',
      { workloads: [workload('StatefulSet', 'pg', { owner: ownedBy('Postgres', 'pg') })] },
      ['StatefulSet pg impossible'],
    ],
    [
      'a workload of an operator that a person has paused',
      {
        workloads: [
          workload('StatefulSet', 'pg', {
            owner: ownedBy('Postgres', 'pg'),
            annotations: { [holdAllowedAnnotation]: 'true' },
            spec: { replicas: 0 },
          }),
        ],
      },
      ['StatefulSet pg scale'],
    ],
  ])('%s', (_title, contents, expected) => {
    expect(found(contents)).toEqual(expected);
  });

  const set = (spec: object = {}) =>
    object('StatefulSet', 'db', {
      spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'gp3' } }], ...spec },
    }) as unknown as Workload;

  it.each([
    ['data-db-0', ['StatefulSet db scale']],
    ['data-db-12', ['StatefulSet db scale']],
    ['data-db-01', []],
    ['data-db-x', []],
    ['wal-db-0', []],
    ['data-db', []],
  ])('the StatefulSet by the name of its template and ordinal: %s', (claim, expected) => {
    expect(found({ workloads: [set()] }, claim)).toEqual(expected);
  });

  it('told with the claim as the template makes it', () => {
    const selector = { matchLabels: { app: 'db' } };
    const [consumer] = consumersOf('data-db-0', { ...nothing, workloads: [set({ selector })] });
    expect(consumer?.claimTemplate).toEqual({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-db-0', namespace, labels: { app: 'db' } },
      spec: { storageClassName: 'gp3' },
    });
  });

  it('told with the replicas that were there before another recovery held them', () => {
    const record = { holders: [{ recoveryId: 'r', workflowId: 'w' }], before: { replicas: 4 } };
    const held = workload('Deployment', 'web', {
      spec: { replicas: 0 },
      annotations: { [holdAnnotation]: JSON.stringify(record) },
    });
    const [consumer] = consumersOf('data', { ...nothing, workloads: [held] });
    expect(consumer).toMatchObject({ replicas: 4, heldBy: ['w'] });
  });
});

describe('what watches over a consumer', () => {
  const target = { scaleTargetRef: { kind: 'Deployment', name: 'web' } };
  const watcher = (name: string, spec: object, shape: Shape = {}) =>
    object('any', name, { ...shape, spec }) as unknown as KubernetesObject;
  const watch = (shape: Shape, watchers: Partial<NamespaceContents>) =>
    consumersOf('data', { ...nothing, workloads: [workload('Deployment', 'web', shape)], ...watchers })[0];

  it('is an autoscaler that rests at zero replicas, or one that must be paused because it may leave zero', () => {
    const autoscalers = [
      watcher('resting', { ...target, minReplicas: 2 }),
      watcher('from-zero', { ...target, minReplicas: 0 }),
      watcher('of-keda', { ...target, minReplicas: 1 }, { owner: ownedBy('ScaledObject', 'keda') }),
      watcher('of-another', { scaleTargetRef: { kind: 'Deployment', name: 'other' } }),
    ];
    expect(watch({}, { autoscalers })).toMatchObject({
      idleAutoscalers: ['resting'],
      reconcilers: [{ kind: 'HorizontalPodAutoscaler', name: 'from-zero' }],
    });
  });

  it('is KEDA, by the target of its object', () => {
    const scaledObjects = [watcher('keda', { scaleTargetRef: { name: 'web' } })];
    expect(watch({}, { scaledObjects })?.reconcilers).toEqual([{ kind: 'ScaledObject', namespace, name: 'keda' }]);
  });

  it('is Argo CD, by tracking id or label, when it syncs by itself', () => {
    const automated = { syncPolicy: { automated: {} } };
    const applications = [watcher('shop', automated), watcher('manual', {}), watcher('other', automated)];
    const byId = { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:production/web' } };
    expect(watch(byId, { applications })?.reconcilers).toMatchObject([{ kind: 'Application', name: 'shop' }]);
    const byLabel = { labels: { 'app.kubernetes.io/instance': 'manual' } };
    expect(watch(byLabel, { applications })?.reconcilers).toEqual([]);
  });

  it('is Flux, by its labels, unless a person suspended it', () => {
    const labels = {
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': namespace,
      'helm.toolkit.fluxcd.io/name': 'web',
      'helm.toolkit.fluxcd.io/namespace': namespace,
    };
    const watchers = { kustomizations: [watcher('apps', {})], helmReleases: [watcher('web', { suspend: true })] };
    expect(watch({ labels }, watchers)?.reconcilers).toEqual([{ kind: 'Kustomization', namespace, name: 'apps' }]);
  });
});
