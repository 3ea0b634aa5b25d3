import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../activities/kubernetes/port.ts';
import { autoscaledIn, lostFields } from '../../../activities/restores/created-object.ts';
import type { SavedObject } from '../../../activities/restores/saved-objects.ts';

const context = { mapping: {}, modifiers: [], autoscaled: () => false };

function saved(resource: string, rest: object, apiVersion = 'v1'): SavedObject {
  const object = { apiVersion, metadata: { name: 'web', namespace: 'shop' }, ...rest } as KubernetesObject;
  return { resource, namespace: 'shop', name: 'web', object };
}

const live = (rest: object, apiVersion = 'v1') => saved('', rest, apiVersion).object;
const containers = (...images: string[]) => ({
  template: { spec: { containers: images.map((image) => ({ name: image.split(':')[0], image })) } },
});

describe('an object that was created', () => {
  it('has lost nothing when others added to it', () => {
    const before = saved('deployments.apps', { spec: { replicas: 2, ...containers('app:1') } }, 'apps/v1');
    const after = live(
      {
        metadata: {
          name: 'web',
          namespace: 'shop',
          labels: { 'velero.io/restore-name': 'r' },
          annotations: { a: 'b' },
        },
        spec: { replicas: 2, progressDeadlineSeconds: 600, ...containers('proxy:1', 'app:1') },
      },
      'apps/v1',
    );
    expect(lostFields(before, after, context)).toEqual([]);
  });

  it.each<[string, object, object, string[]]>([
    [
      'another image',
      { spec: containers('app:1') },
      { spec: containers('app:2') },
      ['spec.template.spec.containers[0].image'],
    ],
    [
      'a container that is missing',
      { spec: containers('app:1') },
      { spec: containers('b:1') },
      ['spec.template.spec.containers[0]'],
    ],
    ['a key that is missing', { data: { a: '1', b: '2' } }, { data: { a: '1' } }, ['data.b']],
    [
      'another label',
      { metadata: { name: 'web', labels: { t: 'x' } } },
      { metadata: { name: 'web', labels: { t: 'y' } } },
      ['labels.t'],
    ],
    [
      'a rule of a list',
      { rules: [{ verbs: ['get', 'list'] }] },
      { rules: [{ verbs: ['get'] }] },
      ['rules[0].verbs[1]'],
    ],
  ])('has lost something by %s', (_title, before, after, lost) => {
    expect(lostFields(saved('configmaps', before), live(after), context)).toEqual(lost);
  });

  it.each<[string, string, object, object]>([
    [
      'a claim that is filled from a snapshot',
      'persistentvolumeclaims',
      { spec: { volumeName: 'pv-1', resources: { requests: { storage: '1Gi' } } } },
      { spec: { resources: { requests: { storage: '2Gi' } }, dataSource: { kind: 'VolumeSnapshot', name: 's' } } },
    ],
    [
      'a role that others are aggregated into',
      'clusterroles.rbac.authorization.k8s.io',
      { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] }, rules: [{ verbs: ['get'] }] },
      { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } },
    ],
    [
      'the authority of a webhook, which its controller writes',
      'validatingwebhookconfigurations.admissionregistration.k8s.io',
      { webhooks: [{ name: 'w', clientConfig: { caBundle: 'YQ==', service: { name: 's' } } }] },
      { webhooks: [{ name: 'w', clientConfig: { caBundle: 'Yg==', service: { name: 's' } } }] },
    ],
  ])('is not measured by %s', (_title, resource, before, after) => {
    expect(lostFields(saved(resource, before), live(after), context)).toEqual([]);
  });

  it('is measured by what the rules of the restore make of it', () => {
    const job = saved('cronjobs.batch', { spec: { suspend: false, schedule: '@daily' } }, 'batch/v1');
    const rule = {
      conditions: { groupResource: 'cronjobs.batch' },
      mergePatches: [{ patchData: '{"spec":{"suspend":true}}' }],
    };
    const judged = (suspend: boolean, modifiers: object[]) =>
      lostFields(job, live({ spec: { suspend, schedule: '@daily' } }, 'batch/v1'), {
        ...context,
        modifiers: modifiers as never,
      });
    expect(judged(true, [rule])).toEqual([]);
    expect(judged(false, [rule])).toEqual(['spec.suspend']);
    expect(judged(true, [])).toEqual(['spec.suspend']);
    expect(judged(true, [{ ...rule, mergePatches: undefined, patches: [] }])).toEqual([]);
  });

  it('of another version of its kind is only looked for', () => {
    expect(
      lostFields(saved('ingresses', { spec: { a: 1 } }, 'x/v1beta1'), live({ spec: {} }, 'x/v1'), context),
    ).toEqual([]);
  });

  it('has the replicas that its autoscaler gives it', () => {
    const web = saved('deployments.apps', { spec: { replicas: 2 } }, 'apps/v1');
    const scaler = {
      ...saved('horizontalpodautoscalers.autoscaling', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      }),
    };
    const judged = (autoscaled: (one: SavedObject) => boolean) =>
      lostFields(web, live({ spec: { replicas: 5 } }, 'apps/v1'), { ...context, autoscaled });
    expect(judged(autoscaledIn([web, scaler]))).toEqual([]);
    expect(judged(autoscaledIn([web]))).toEqual(['spec.replicas']);
  });
});
