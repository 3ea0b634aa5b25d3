import type { Reconciler, ReconcilerKind } from './claim-facts.ts';
import { holdAnnotation } from './marks.ts';
import type { Workload } from './objects.ts';
import type { KubernetesObject } from './port.ts';

/** What may watch over a workload, as listed in its cluster; empty where the kind is not served. */
export interface Watchers {
  readonly autoscalers: readonly KubernetesObject[];
  readonly scaledObjects: readonly KubernetesObject[];
  /** Of every namespace: Argo CD keeps its applications in its own. */
  readonly applications: readonly KubernetesObject[];
  readonly kustomizations: readonly KubernetesObject[];
  readonly helmReleases: readonly KubernetesObject[];
}

interface ScaleTarget {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly minReplicas?: number;
}

/**
 * What would undo a hold of this workload and must be paused, in the order of pausing: who applies manifests first, then who
 * scales. An object that is paused already counts only while a recovery pauses it: a person's pause is left alone. Pure.
 */
export function reconcilersOf(workload: Workload, watchers: Watchers): Reconciler[] {
  const { labels = {}, annotations = {} } = workload.metadata;
  const application = (annotations['argocd.argoproj.io/tracking-id'] ?? '').split(':')[0] ?? '';
  const instance = labels['argocd.argoproj.io/instance'] ?? labels['app.kubernetes.io/instance'] ?? '';
  return [
    ...watchers.applications
      .filter(({ metadata }) => [application, instance].includes(metadata.name))
      .filter((one) => isHeld(one) || automatedSync(one))
      .map((one) => reference('Application', one)),
    ...watchers.kustomizations
      .filter((one) => isNamedBy(labels, 'kustomize.toolkit.fluxcd.io', one) && (isHeld(one) || !suspended(one)))
      .map((one) => reference('Kustomization', one)),
    ...watchers.helmReleases
      .filter((one) => isNamedBy(labels, 'helm.toolkit.fluxcd.io', one) && (isHeld(one) || !suspended(one)))
      .map((one) => reference('HelmRelease', one)),
    ...watchers.scaledObjects
      .filter((one) => targets(one, workload, 'Deployment'))
      .map((one) => reference('ScaledObject', one)),
    ...autoscalersOf(workload, watchers)
      .filter((one) => (specOf<ScaleTarget>(one).minReplicas ?? 1) === 0)
      .map((one) => reference('HorizontalPodAutoscaler', one)),
  ];
}

/** Autoscalers with a minimum of one or more: at 0 replicas they rest, and go on from whatever is put back. Pure. */
export function idleAutoscalersOf(workload: Workload, watchers: Watchers): string[] {
  return autoscalersOf(workload, watchers)
    .filter((one) => (specOf<ScaleTarget>(one).minReplicas ?? 1) > 0)
    .map(({ metadata }) => metadata.name);
}

/** Those that KEDA made go with their ScaledObject. */
function autoscalersOf(workload: Workload, { autoscalers }: Watchers): KubernetesObject[] {
  return autoscalers.filter(
    (one) =>
      targets(one, workload, '') && !one.metadata.ownerReferences?.some((owner) => owner.kind === 'ScaledObject'),
  );
}

function targets(watcher: KubernetesObject, { kind, metadata }: Workload, defaultKind: string): boolean {
  const target = specOf<ScaleTarget>(watcher).scaleTargetRef;
  return target?.name === metadata.name && (target?.kind ?? defaultKind) === kind;
}

function isNamedBy(labels: Readonly<Record<string, string>>, prefix: string, { metadata }: KubernetesObject): boolean {
  return labels[`${prefix}/name`] === metadata.name && labels[`${prefix}/namespace`] === metadata.namespace;
}

function automatedSync(application: KubernetesObject): boolean {
  return specOf<{ syncPolicy?: { automated?: unknown } }>(application).syncPolicy?.automated !== undefined;
}

function suspended(object: KubernetesObject): boolean {
  return specOf<{ suspend?: boolean }>(object).suspend === true;
}

function isHeld({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[holdAnnotation] !== undefined;
}

function reference(kind: ReconcilerKind, { metadata }: KubernetesObject): Reconciler {
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name };
}

function specOf<T>(object: KubernetesObject): T {
  return (object.spec ?? {}) as T;
}
