import { describe, expect, it } from 'vitest';
import { neutralise, neutralisedAnnotation } from '../../../activities/backup-stores/neutralise.ts';
import type { SavedObject } from '../../../activities/restores/saved-objects.ts';

const outward = { outward: true, replicas: 'keep', storageClasses: {} } as const;

function saved(resource: string, name: string, spec: object, annotations: Record<string, string> = {}): SavedObject {
  return { resource, namespace: 'shop', name, object: { kind: resource, metadata: { name, annotations }, spec } };
}

interface Rule {
  readonly conditions: { groupResource: string; namespaces: string[]; resourceNameRegex: string };
  readonly mergePatches: { patchData: string }[];
}

function rulesOf(objects: SavedObject[], options: Parameters<typeof neutralise>[1] = outward) {
  const { rules, changes } = neutralise(objects, options);
  return {
    changes,
    rules: (rules as unknown as Rule[]).map(({ conditions, mergePatches: [patch] }) => {
      const { metadata, ...body } = JSON.parse(patch?.patchData ?? '{}');
      const { [neutralisedAnnotation]: back, ...annotations } = metadata?.annotations ?? {};
      return { conditions, ...body, annotations, back: back === undefined ? null : JSON.parse(back) };
    }),
  };
}

describe('what would act twice', () => {
  it('suspends CronJobs that are not suspended, in one rule', () => {
    const { rules, changes } = rulesOf([
      saved('cronjobs.batch', 'mail', {}),
      saved('cronjobs.batch', 'bill.v2', { suspend: false }),
      saved('cronjobs.batch', 'off', { suspend: true }),
    ]);
    expect(changes).toHaveLength(2);
    expect(rules).toEqual([
      {
        conditions: {
          groupResource: 'cronjobs.batch',
          namespaces: ['shop'],
          resourceNameRegex: '^(mail|bill\\.v2)$',
        },
        spec: { suspend: true },
        annotations: {},
        back: { spec: { suspend: false } },
      },
    ]);
  });

  it('takes load balancers and their DNS records away, with all that only a load balancer has', () => {
    const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 };
    const { rules } = rulesOf([
      saved('services', 'front', spec, { 'external-dns.alpha.kubernetes.io/hostname': 'shop.example.com' }),
    ]);
    expect(rules).toMatchObject([
      {
        spec: { type: 'ClusterIP', externalTrafficPolicy: null, healthCheckNodePort: null },
        annotations: { 'external-dns.alpha.kubernetes.io/controller': 'rekindle-neutralised' },
        back: {
          spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
          metadata: { annotations: { 'external-dns.alpha.kubernetes.io/controller': null } },
        },
      },
    ]);
  });

  it('leaves a Service alone that only the cluster sees', () => {
    expect(rulesOf([saved('services', 'db', { type: 'ClusterIP' })]).rules).toEqual([]);
  });

  it('takes the controller of an Ingress away, in the way in which it is named', () => {
    const { rules } = rulesOf([
      saved('ingresses.networking.k8s.io', 'by-field', { ingressClassName: 'nginx' }),
      saved('ingresses.networking.k8s.io', 'by-note', {}, { 'kubernetes.io/ingress.class': 'alb' }),
    ]);
    expect(rules).toMatchObject([
      { spec: { ingressClassName: 'rekindle-neutralised' }, back: { spec: { ingressClassName: 'nginx' } } },
      {
        annotations: { 'kubernetes.io/ingress.class': 'rekindle-neutralised' },
        back: { metadata: { annotations: { 'kubernetes.io/ingress.class': 'alb' } } },
      },
    ]);
    expect(rules[1]).not.toHaveProperty('spec');
  });

  it('is left as it is where that is asked for', () => {
    expect(rulesOf([saved('cronjobs.batch', 'mail', {})], { ...outward, outward: false }).rules).toEqual([]);
  });
});

it('brings workloads back without replicas, and knows how many each had', () => {
  const objects = [
    saved('deployments.apps', 'web', { replicas: 3 }),
    saved('deployments.apps', 'one', {}),
    saved('statefulsets.apps', 'off', { replicas: 0 }),
  ];
  expect(rulesOf(objects).rules).toEqual([]);
  expect(rulesOf(objects, { ...outward, replicas: 'zero' }).rules).toMatchObject([
    { spec: { replicas: 0 }, back: { spec: { replicas: 3 } } },
    { spec: { replicas: 0 }, back: { spec: { replicas: 1 } } },
  ]);
});

it('maps the storage classes of claims and volumes', () => {
  const objects = [
    saved('persistentvolumeclaims', 'data', { storageClassName: 'ceph' }),
    saved('persistentvolumeclaims', 'other', { storageClassName: 'gp3' }),
  ];
  expect(rulesOf(objects, { ...outward, storageClasses: { ceph: 'gp3' } }).rules).toMatchObject([
    { conditions: { resourceNameRegex: '^(data)$' }, spec: { storageClassName: 'gp3' }, back: null },
  ]);
});
