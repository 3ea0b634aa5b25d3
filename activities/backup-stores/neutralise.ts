import { mergePatches } from '../kubernetes/merge-patches.ts';
import type { SavedObject } from '../restores/saved-objects.ts';
import type { ModifierRule } from '../restores/types.ts';
import { mergeRules, type Patch, type PatchedObject, specOf } from './merge-rules.ts';
import type { Neutralising } from './types.ts';

/** On an object that was neutralised: the JSON merge patch that undoes it. */
export const neutralisedAnnotation = 'rekindle.io/neutralised';
/** A class and a controller that nobody has: what names them is left alone. */
const nobody = 'rekindle-neutralised';
const dnsController = 'external-dns.alpha.kubernetes.io/controller';
const ingressClassAnnotation = 'kubernetes.io/ingress.class';

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
export function neutralise(saved: readonly SavedObject[], options: Omit<Neutralising, 'zones'>): NeutralisedPlan {
  const found = saved.flatMap((object) => {
    const change = changeOf(object, options);
    return change === null ? [] : [{ saved: object, change }];
  });
  const patched = found.map(({ saved: object, change }) => ({
    saved: object,
    patch: mergePatches(change.patch, annotated(neutralisedAnnotation, JSON.stringify(change.back))),
  }));
  return {
    rules: [...mergeRules(patched), ...mergeRules(classChanges(saved, options.storageClasses))],
    changes: found.map(
      ({ saved: { object, resource, namespace, name }, change }) =>
        `${object.kind ?? resource} ${namespace}/${name}: ${change.what}`,
    ),
  };
}

function changeOf(
  saved: SavedObject,
  { outward, replicas }: Pick<Neutralising, 'outward' | 'replicas'>,
): Change | null {
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
    patch: mergePatches({ spec: patch }, dns?.patch ?? {}),
    back: mergePatches({ spec: back }, dns?.back ?? {}),
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
    patch: mergePatches(change.patch, annotated(dnsController, nobody)),
    back: mergePatches(
      change.back,
      annotated(dnsController, saved.object.metadata.annotations?.[dnsController] ?? null),
    ),
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

/** Claims and volume objects of a class that is called otherwise in the target. */
function classChanges(
  saved: readonly SavedObject[],
  classes: Readonly<Record<string, string>>,
): readonly PatchedObject[] {
  return saved.flatMap((one) => {
    const holds = one.resource === 'persistentvolumeclaims' || one.resource === 'persistentvolumes';
    const to = holds ? classes[String(specOf(one).storageClassName)] : undefined;
    return to === undefined ? [] : [{ saved: one, patch: { spec: { storageClassName: to } } }];
  });
}

function annotated(name: string, value: string | null): Patch {
  return { metadata: { annotations: { [name]: value } } };
}
