import { describe, expect, it } from 'vitest';
import { type Kind, kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { comparable, differences } from '../../../activities/restores/comparable.ts';
import { failureOf } from '../../../activities/restores/judge.ts';
import { parseSelector, selects } from '../../../activities/restores/label-selector.ts';
import { LiveKinds } from '../../../activities/restores/live-kinds.ts';
import { modifies } from '../../../activities/restores/modifiers.ts';
import { planObjects } from '../../../activities/restores/plan-objects.ts';
import type { SavedObject } from '../../../activities/restores/saved-objects.ts';
import { selectObjects } from '../../../activities/restores/select-objects.ts';
import type { PlannedObject, RestoreSelectionInput } from '../../../activities/restores/types.ts';
import { parseVolumeInfos } from '../../../activities/restores/volume-infos.ts';
import { holdWebhooks, releaseWebhooks } from '../../../activities/restores/webhooks.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';

const configMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

function saved(
  resource: string,
  kind: string,
  name: string,
  object: Partial<KubernetesObject> = {},
  namespace: string | null = 'a',
): SavedObject {
  const { metadata, ...rest } = object;
  const place = namespace === null ? { name } : { name, namespace };
  return {
    resource,
    namespace,
    name,
    object: { kind, ...rest, metadata: { ...place, ...metadata } } as KubernetesObject,
  };
}

describe('what is compared', () => {
  const service = (spec: object) => ({ metadata: { name: 's', namespace: 'a' }, spec }) as KubernetesObject;

  it('leaves out what the cluster gives out, and keeps what a person wrote', () => {
    const before = comparable(
      'services',
      service({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80, nodePort: 30001 }] }),
    );
    const after = comparable('services', service({ clusterIP: '10.0.0.9', ports: [{ port: 80 }] }));
    expect(differences(before, after)).toEqual([]);
    const headless = comparable('services', service({ clusterIP: 'None', ports: [{ port: 80 }] }));
    expect(differences(before, headless)).toEqual(['spec.clusterIP']);
  });

  it('names paths and never a value', () => {
    const left = comparable('secrets', { metadata: { name: 's' }, data: { password: 'YQ==' } });
    const right = comparable('secrets', { metadata: { name: 's' }, data: { password: 'Yg==', more: 'Yw==' } });
    expect(differences(left, right)).toEqual(['data.more', 'data.password']);
  });

  it('takes what is empty and what is absent for the same, and Velero’s labels for nothing', () => {
    const one = { metadata: { name: 'c', labels: { 'velero.io/backup-name': 'b' }, annotations: {} }, data: {} };
    expect(differences(comparable('configmaps', one), comparable('configmaps', { metadata: { name: 'c' } }))).toEqual(
      [],
    );
  });

  it('gives a role binding the namespaces of the mapping', () => {
    const binding = (namespace: string) =>
      ({ metadata: { name: 'b' }, subjects: [{ kind: 'ServiceAccount', name: 's', namespace }] }) as KubernetesObject;
    const resource = 'rolebindings.rbac.authorization.k8s.io';
    expect(
      differences(comparable(resource, binding('a'), { a: 'copy' }), comparable(resource, binding('copy'))),
    ).toEqual([]);
  });
});

describe('a label selector', () => {
  it.each([
    ['tier=frontend', { tier: 'frontend' }, true],
    ['tier!=frontend', {}, true],
    ['tier in (a, b),app', { tier: 'b', app: 'x' }, true],
    ['tier notin (a)', { tier: 'a' }, false],
    ['!tier', { tier: 'a' }, false],
    ['app.kubernetes.io/tier==x', { 'app.kubernetes.io/tier': 'x' }, true],
  ])('%s', (text, labels, fits) => {
    const selector = parseSelector(text);
    expect(selector !== null && selects(selector, labels as Record<string, string>)).toBe(fits);
  });

  it.each(['tier=', 'a b', 'tier in a', '', '=x'])('%s is none, or asks for the empty value', (text) => {
    const selector = parseSelector(text);
    expect(selector === null || text === 'tier=').toBe(true);
  });
});

describe('what Velero selects', () => {
  const claim = saved('persistentvolumeclaims', 'PersistentVolumeClaim', 'data', {
    metadata: { name: 'data', labels: { tier: 'db' } },
    spec: { volumeName: 'pv-1' },
    status: { phase: 'Bound' },
  } as never);
  const all = [
    claim,
    saved('persistentvolumes', 'PersistentVolume', 'pv-1', {}, null),
    saved('persistentvolumes', 'PersistentVolume', 'pv-2', {}, null),
    saved('namespaces', 'Namespace', 'a', {}, null),
    saved('namespaces', 'Namespace', 'b', {}, null),
    saved('services', 'Service', 'web', {}, 'b'),
    saved('nodes', 'Node', 'n', {}, null),
  ];
  const named = (found: readonly SavedObject[]) => found.map(({ resource, name }) => `${resource}/${name}`);

  it('takes the volume of a chosen claim and its namespace along, and nothing else of the cluster', () => {
    const selector = parseSelector('tier=db');
    expect(named(selectObjects(all, { namespaces: ['a'], resources: null, labelSelector: selector }))).toEqual([
      'persistentvolumeclaims/data',
      'persistentvolumes/pv-1',
      'namespaces/a',
    ]);
  });

  it('takes cluster-scoped objects where no namespaces are named, but never nodes', () => {
    const found = named(selectObjects(all, { namespaces: null, resources: null, labelSelector: null }));
    expect(found).toContain('persistentvolumes/pv-2');
    expect(found).not.toContain('nodes/n');
  });

  it('keeps to the kinds that were asked for', () => {
    const found = selectObjects(all, { namespaces: ['a', 'b'], resources: ['services'], labelSelector: null });
    expect(named(found)).toEqual(['services/web', 'namespaces/b']);
  });
});

describe('the plan of an object', () => {
  async function planned(
    objects: readonly SavedObject[],
    cluster: FakeKubernetes,
    more: Partial<RestoreSelectionInput> = {},
    volumes: ReadonlyMap<string, 'native-snapshot' | 'csi-snapshot' | 'none'> = new Map(),
  ) {
    for (const kind of [configMap, kinds.deployment, kinds.claim, kinds.volume, kinds.pod, kinds.replicaSet]) {
      cluster.add(kind, { metadata: { name: 'of-this-kind', namespace: 'elsewhere' } });
    }
    const live = await LiveKinds.of(cluster, new AbortController().signal);
    const options = { existing: 'keep' as const, namespaceMapping: {}, modifiers: [], ...more };
    return planObjects(objects, { cluster, live, volumes, options });
  }
  const settings = saved('configmaps', 'ConfigMap', 'c', { data: { a: '1' } });
  const there = (cluster: FakeKubernetes, data: object) =>
    cluster.add(configMap, { metadata: { namespace: 'a', name: 'c' }, data });

  it.each([
    ['create', 'keep', null, null],
    ['same', 'keep', { a: '1' }, null],
    ['keep', 'keep', { a: '2' }, null],
    ['update', 'update', { a: '2' }, null],
    ['conflict', 'update', { a: '2' }, 'field is immutable'],
    ['recreate', 'recreate', { a: '2' }, 'field is immutable'],
    ['update', 'recreate', { a: '2' }, null],
  ] as const)('is %s with the policy %s', async (action, existing, data, refusal) => {
    const cluster = new FakeKubernetes();
    if (data !== null) there(cluster, data);
    cluster.refusePatch = () => refusal;
    const { objects } = await planned([settings], cluster, { existing });
    expect(objects[0]).toMatchObject({ action });
    expect(cluster.effects).toEqual([]);
  });

  it('never changes or deletes a claim that is there', async () => {
    const cluster = new FakeKubernetes();
    cluster.add(kinds.claim, { metadata: { namespace: 'a', name: 'data' }, spec: { storageClassName: 'other' } });
    cluster.refusePatch = () => 'spec is immutable after creation';
    const claim = saved('persistentvolumeclaims', 'PersistentVolumeClaim', 'data', {
      spec: { storageClassName: 'gp3' },
    });
    const { objects } = await planned([claim], cluster, { existing: 'recreate' });
    expect(objects[0]).toMatchObject({ action: 'keep' });
  });

  it('leaves to controllers what they make, and excludes a kind only when all of it is such', async () => {
    const owned = {
      metadata: {
        name: 'p',
        ownerReferences: [{ apiVersion: 'v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }],
      },
    };
    const cluster = new FakeKubernetes();
    const alone = await planned([saved('pods', 'Pod', 'p', owned as never)], cluster);
    expect(alone).toMatchObject({ excludedResources: ['pods'], objects: [{ action: 'leave' }] });
    const mixed = await planned(
      [saved('pods', 'Pod', 'p', owned as never), saved('pods', 'Pod', 'bare')],
      new FakeKubernetes(),
    );
    expect(mixed).toMatchObject({ excludedResources: [], objects: [{ action: 'create' }, { action: 'create' }] });
  });

  it('leaves snapshots to Velero, which names them anew: without CSI snapshots in the backup it must not touch them', async () => {
    const taken = saved('volumesnapshots.snapshot.storage.k8s.io', 'VolumeSnapshot', 'velero-data');
    const without = await planned([taken], new FakeKubernetes());
    expect(without).toMatchObject({ excludedResources: [taken.resource], objects: [{ action: 'leave' }] });
    const byCsi = new Map([['pv', 'csi-snapshot' as const]]);
    const within = await planned([taken], new FakeKubernetes(), {}, byCsi);
    expect(within).toMatchObject({ excludedResources: [], objects: [{ action: 'leave' }] });
  });

  it('knows that a volume without a snapshot comes back empty, and names a kind that is not served', async () => {
    const volume = saved(
      'persistentvolumes',
      'PersistentVolume',
      'pv',
      { spec: { persistentVolumeReclaimPolicy: 'Delete' } },
      null,
    );
    const widget = saved('widgets.example.org', 'Widget', 'w');
    const { objects } = await planned([volume, widget], new FakeKubernetes());
    expect(objects).toMatchObject([
      { action: 'leave', why: 'its claim gets a new, empty volume' },
      { action: 'unserved' },
    ]);
    const snapshotted = await planned([volume], new FakeKubernetes(), {}, new Map([['pv', 'native-snapshot']]));
    expect(snapshotted.objects).toMatchObject([{ action: 'create' }]);
  });
});

describe('the judgement of an object', () => {
  const object: PlannedObject = {
    resource: 'deployments.apps',
    kind: 'Deployment',
    from: 'a',
    namespace: 'a',
    name: 'web',
    action: 'create',
  };
  const message = {
    scope: 'namespace',
    namespace: 'a',
    text: 'error restoring deployments.apps/a/web: admission webhook denied',
  } as const;

  it('is nothing where it is there', () => {
    expect(failureOf(object, true, [], [message])).toBeNull();
  });

  it('names Velero’s reason where it is not, and not that of another object', () => {
    expect(failureOf(object, false, [], [message])?.reason).toContain('admission webhook denied');
    expect(failureOf({ ...object, name: 'we' }, false, [], [message])?.reason).toBe('it is not in the cluster');
  });

  it('does not take an update that did not come for one', () => {
    expect(failureOf({ ...object, action: 'update' }, true, ['spec.replicas'], [])?.reason).toContain('spec.replicas');
  });

  it('says what to do about what was kept', () => {
    expect(failureOf({ ...object, action: 'keep', differs: ['data'] }, true, [], [])?.next).toContain('existing');
  });
});

describe('volume infos', () => {
  it('tell where the data is; a failed snapshot is none', () => {
    const infos = [
      { pvName: 'a', backupMethod: 'NativeSnapshot', result: 'succeeded' },
      { pvName: 'b', backupMethod: 'NativeSnapshot', result: 'failed' },
      { pvName: 'c', skipped: true },
      { pvName: 'd', backupMethod: 'PodVolumeBackup' },
    ];
    expect([...parseVolumeInfos(JSON.stringify(infos), 'f').values()]).toEqual([
      'native-snapshot',
      'none',
      'none',
      'file-system',
    ]);
    expect(() => parseVolumeInfos('<', 'f')).toThrow('f is no JSON');
  });
});

describe('a modifier', () => {
  it('is matched as Velero matches it', () => {
    const web = saved('deployments.apps', 'Deployment', 'web');
    expect(modifies({ conditions: { groupResource: 'deployments.apps' } }, web)).toBe(true);
    expect(modifies({ conditions: { groupResource: 'deployments.*', namespaces: ['b'] } }, web)).toBe(false);
    expect(modifies({ conditions: { groupResource: '*', resourceNameRegex: '^w' } }, web)).toBe(false);
    expect(modifies({ conditions: { groupResource: 'services' } }, web)).toBe(false);
  });
});

describe('held webhooks', () => {
  const kind: Kind = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    plural: 'validatingwebhookconfigurations',
    namespaced: false,
  };
  const webhooks = [
    { name: 'a', failurePolicy: 'Fail' },
    { name: 'b', failurePolicy: 'Fail' },
  ];
  const dead = [
    { kind: 'ValidatingWebhookConfiguration', configuration: 'policy', webhook: 'a', why: 'no endpoint' },
  ] as const;
  const holder = { recoveryId: 'r', workflowId: 'w' };

  it('are put back exactly, also when both are repeated, and only by their holder', async () => {
    const cluster = new FakeKubernetes();
    cluster.add(kind, { metadata: { name: 'policy' }, webhooks });
    await holdWebhooks(cluster, dead, holder);
    await holdWebhooks(cluster, dead, holder);
    const held = await cluster.read(kind, { name: 'policy' });
    expect(held?.webhooks).toEqual([
      { name: 'a', failurePolicy: 'Ignore' },
      { name: 'b', failurePolicy: 'Fail' },
    ]);
    expect(await releaseWebhooks(cluster, dead, { ...holder, recoveryId: 'other' })).toBe('put back: none');
    await releaseWebhooks(cluster, dead, holder);
    await releaseWebhooks(cluster, dead, holder);
    const back = await cluster.read(kind, { name: 'policy' });
    expect(back?.webhooks).toEqual(webhooks);
    expect(back?.metadata.annotations).toEqual({});
    expect(cluster.effects).toHaveLength(2);
  });
});
