import type { SavedObject } from '../restores/saved-objects.ts';
import type { ModifierRule } from '../restores/types.ts';
import type { Neutralising } from './types.ts';

/** On an object that was neutralised: the JSON merge patch that undoes it. */
export const neutralisedAnnotation = 'rekindle.io/neutralised';
/** A class and a controller that nobody has: what names them is left alone. */
const nobody = 'rekindle-neutralised';
const dnsController = 'external-dns.alpha.kubernetes.io/controller';
const ingressClassAnnotation = 'kubernetes.io/ingress.class';

type Patch = Readonly<Record<string, unknown>>;

interface Change {
  readonly what: string;
  readonly patch: Patch;
  /** Undoes `patch`. */
  readonly back: Patch;
}

export interface NeutralisedPlan {
  readonly rules: readonly ModifierRule[];
  readonly changes: readonly string[];
}

/** The rules by which Velero neutralises what it restores, and what each of them does. Pure. */
export function neutralise(saved: readonly SavedObject[], options: Neutralising): NeutralisedPlan {
  const rules: ModifierRule[] = [];
  const changes: string[] = [];
  const groups = new Map<string, { saved: SavedObject; patch: Patch; names: string[] }>();
  for (const object of saved) {
    const found = changeOf(object, options);
    if (found === null) continue;
    changes.push(`${object.object.kind ?? object.resource} ${object.namespace}/${object.name}: ${found.what}`);
    const patch = merged(found.patch, annotated(neutralisedAnnotation, JSON.stringify(found.back)));
    const key = JSON.stringify([object.resource, object.namespace, patch]);
    const group = groups.get(key) ?? { saved: object, patch, names: [] };
    group.names.push(object.name);
    groups.set(key, group);
  }
  for (const { saved: one, patch, names } of groups.values()) rules.push(ruleOf(one, names, patch));
  return { rules: [...rules, ...storageClassRules(saved, options.storageClasses)], changes };
}

function ruleOf({ resource, namespace }: SavedObject, names: readonly string[], patch: Patch): ModifierRule {
  return {
    conditions: {
      groupResource: resource,
      ...(namespace === null ? {} : { namespaces: [namespace] }),
      resourceNameRegex: `^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`,
    },
    mergePatches: [{ patchData: JSON.stringify(patch) }],
  };
}

function changeOf(saved: SavedObject, { outward, replicas }: Neutralising): Change | null {
  switch (saved.resource) {
    case 'cronjobs.batch':
      return outward ? suspended(saved) : null;
    case 'services':
      return outward ? withoutBalancer(saved) : null;
    case 'ingresses.networking.k8s.io':
      return outward ? withoutController(saved) : null;
    case 'deployments.apps':
    case 'statefulsets.apps':
      return replicas === 'zero' ? withoutReplicas(saved) : null;
    default:
      return null;
  }
}

function specOf({ object }: SavedObject): Patch {
  return (object.spec ?? {}) as Patch;
}

function suspended(saved: SavedObject): Change | null {
  if (specOf(saved).suspend === true) return null;
  return { what: 'suspended', patch: { spec: { suspend: true } }, back: { spec: { suspend: false } } };
}

/** Fields that only a load balancer may have. */
const balancerFields = [
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'allocateLoadBalancerNodePorts',
] as const;

function withoutBalancer(saved: SavedObject): Change | null {
  const spec = specOf(saved);
  const dns = withoutDns(saved);
  if (spec.type !== 'LoadBalancer') return dns;
  const there = balancerFields.filter((field) => spec[field] !== undefined);
  // The port for health checks belongs to the cluster that chose it.
  const kept = there.filter((field) => field !== 'healthCheckNodePort');
  const back = { type: 'LoadBalancer', ...Object.fromEntries(kept.map((field) => [field, spec[field]])) };
  const patch = { type: 'ClusterIP', ...Object.fromEntries(there.map((field) => [field, null])) };
  return {
    what: `without a load balancer${dns === null ? '' : ', without a DNS record'}`,
    patch: merged({ spec: patch }, dns?.patch ?? {}),
    back: merged({ spec: back }, dns?.back ?? {}),
  };
}

function withoutController(saved: SavedObject): Change {
  const annotated_ = saved.object.metadata.annotations?.[ingressClassAnnotation];
  const { ingressClassName = null } = specOf(saved);
  // The API takes the annotation or the field, not both.
  const change =
    annotated_ === undefined
      ? { patch: { spec: { ingressClassName: nobody } }, back: { spec: { ingressClassName } } }
      : { patch: annotated(ingressClassAnnotation, nobody), back: annotated(ingressClassAnnotation, annotated_) };
  return {
    what: 'without a controller, without a DNS record',
    patch: merged(change.patch, annotated(dnsController, nobody)),
    back: merged(change.back, annotated(dnsController, saved.object.metadata.annotations?.[dnsController] ?? null)),
  };
}

/** A record of DNS is asked for by annotations; external-dns leaves alone what names another controller. */
function withoutDns({ object }: SavedObject): Change | null {
  const annotations = object.metadata.annotations ?? {};
  if (!Object.keys(annotations).some((name) => name.startsWith('external-dns.alpha.kubernetes.io/'))) return null;
  return {
    what: 'without a DNS record',
    patch: annotated(dnsController, nobody),
    back: annotated(dnsController, annotations[dnsController] ?? null),
  };
}

function withoutReplicas(saved: SavedObject): Change | null {
  const { replicas = 1 } = specOf(saved);
  if (replicas === 0) return null;
  return { what: 'with no replica', patch: { spec: { replicas: 0 } }, back: { spec: { replicas } } };
}

function storageClassRules(
  saved: readonly SavedObject[],
  classes: Readonly<Record<string, string>>,
): readonly ModifierRule[] {
  return Object.entries(classes).flatMap(([from, to]) => {
    const groups = new Map<string, SavedObject[]>();
    for (const one of saved) {
      const holds = one.resource === 'persistentvolumeclaims' || one.resource === 'persistentvolumes';
      if (!holds || specOf(one).storageClassName !== from) continue;
      const key = `${one.resource} ${one.namespace ?? ''}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return [...groups.values()].map((group) => {
      const names = group.map(({ name }) => name);
      return ruleOf(group[0] as SavedObject, names, { spec: { storageClassName: to } });
    });
  });
}

function annotated(name: string, value: string | null): Patch {
  return { metadata: { annotations: { [name]: value } } };
}

/** Of two patches that say nothing different of the same field. */
function merged(one: Patch, other: Patch): Patch {
  const result: Record<string, unknown> = { ...one };
  for (const [field, value] of Object.entries(other)) {
    const there = result[field];
    const both = isObject(there) && isObject(value);
    result[field] = both ? merged(there, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Patch {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
