import type { ReconcilerKind } from './claim-facts.ts';
import type { Before } from './hold-record.ts';
import { type Kind, kinds } from './kinds.ts';
import { mergePatches } from './merge-patches.ts';
import type { Workload } from './objects.ts';
import type { KubernetesObject, MergePatch } from './port.ts';

/**
 * How one kind is held and put back, as merge patches. Pure. `put back` gives the fields their earlier values exactly, an absent
 * field included; it leaves alone what somebody else has changed since, because that is newer than what was recorded.
 */
export interface HoldMethod {
  readonly kind: Kind;
  capture(object: KubernetesObject): Before;
  /** What must be in effect, and seen by the kind's controller, before `hold`; null when nothing must. */
  prepare(object: KubernetesObject): MergePatch | null;
  /** Whether `before` says that there was something to prepare: then its controller must have seen it. */
  prepared(before: Before): boolean;
  readonly hold: MergePatch;
  /** Whether the hold is in effect as far as the object's own fields tell. */
  holds(object: KubernetesObject): boolean;
  putBack(before: Before, object: KubernetesObject): MergePatch;
}

/** Most kinds can be held at once. */
const unprepared = { prepare: () => null, prepared: () => false } as const;

const scaled = (kind: Kind): HoldMethod => ({
  kind,
  capture: (object) => ({ replicas: (object as Workload).spec.replicas ?? 1 }),
  ...unprepared,
  hold: { spec: { replicas: 0 } },
  holds: (object) => (object as Workload).spec.replicas === 0,
  putBack: ({ replicas }, object) => ((object as Workload).spec.replicas === 0 ? { spec: { replicas } } : {}),
});

const plainStatefulSet = scaled(kinds.statefulSet);

/** With `whenScaled: Delete` a scale-down destroys the claims (facts section 3, order 2): Retain goes first. */
const statefulSet: HoldMethod = {
  ...plainStatefulSet,
  capture: (object) => ({
    ...plainStatefulSet.capture(object),
    ...(whenScaledOf(object) === 'Delete' && { whenScaled: 'Delete' }),
  }),
  prepare: (object) =>
    whenScaledOf(object) === 'Delete'
      ? { spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain' } } }
      : null,
  prepared: ({ whenScaled }) => whenScaled === 'Delete',
  putBack: (before, object) =>
    mergePatches(
      plainStatefulSet.putBack(before, object),
      before.whenScaled ? { spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: before.whenScaled } } } : {},
    ),
};

function whenScaledOf(object: KubernetesObject): string | undefined {
  return (object as Workload).spec.persistentVolumeClaimRetentionPolicy?.whenScaled;
}

const suspended = (kind: Kind): HoldMethod => ({
  kind,
  capture: (object) => ({ suspend: (object as Workload).spec.suspend ?? null }),
  ...unprepared,
  hold: { spec: { suspend: true } },
  holds: (object) => (object as Workload).spec.suspend === true,
  putBack: ({ suspend = null }, object) => ((object as Workload).spec.suspend === true ? { spec: { suspend } } : {}),
});

const kedaPaused = 'autoscaling.keda.sh/paused';

const scaledObject: HoldMethod = {
  kind: kinds.scaledObject,
  capture: ({ metadata }) => ({ paused: metadata.annotations?.[kedaPaused] ?? null }),
  ...unprepared,
  hold: { metadata: { annotations: { [kedaPaused]: 'true' } } },
  holds: ({ metadata }) => metadata.annotations?.[kedaPaused] === 'true',
  putBack: ({ paused = null }) => ({ metadata: { annotations: { [kedaPaused]: paused } } }),
};

interface Autoscaler extends KubernetesObject {
  readonly spec: { readonly behavior?: { readonly scaleUp?: { readonly selectPolicy?: string } } };
}

/** Only for an autoscaler that may go to zero and back: every other one rests while replicas are 0. */
const autoscaler: HoldMethod = {
  kind: kinds.autoscaler,
  // The whole behaviour, because the API server fills in its defaults as soon as a part of it is set.
  capture: (object) => ({ behavior: (object as Autoscaler).spec.behavior ?? null }),
  ...unprepared,
  hold: { spec: { behavior: { scaleUp: { selectPolicy: 'Disabled' } } } },
  holds: (object) => (object as Autoscaler).spec.behavior?.scaleUp?.selectPolicy === 'Disabled',
  putBack: ({ behavior = null }) => ({ spec: { behavior } }),
};

interface ArgoApplication extends KubernetesObject {
  readonly spec: { readonly syncPolicy?: { readonly automated?: object } };
}

const argoApplication: HoldMethod = {
  kind: kinds.argoApplication,
  capture: (object) => ({ automated: (object as ArgoApplication).spec.syncPolicy?.automated ?? null }),
  ...unprepared,
  hold: { spec: { syncPolicy: { automated: null } } },
  holds: (object) => (object as ArgoApplication).spec.syncPolicy?.automated === undefined,
  putBack: ({ automated = null }, object) =>
    argoApplication.holds(object) ? { spec: { syncPolicy: { automated } } } : {},
};

const methods: Readonly<Record<string, HoldMethod>> = {
  Deployment: scaled(kinds.deployment),
  StatefulSet: statefulSet,
  ReplicaSet: scaled(kinds.replicaSet),
  ReplicationController: scaled(kinds.replicationController),
  CronJob: suspended(kinds.cronJob),
  ...({
    HorizontalPodAutoscaler: autoscaler,
    ScaledObject: scaledObject,
    Application: argoApplication,
    Kustomization: suspended(kinds.fluxKustomization),
    HelmRelease: suspended(kinds.fluxHelmRelease),
  } satisfies Record<ReconcilerKind, HoldMethod>),
};

/** Throws for a kind that cannot be held: the plan never names one. */
export function holdMethodOf(kind: string): HoldMethod {
  const method = Object.hasOwn(methods, kind) ? methods[kind] : undefined;
  if (method === undefined) throw new Error(`a ${kind} cannot be held`);
  return method;
}
