import type { Consumer, HoldMeans, PodUse } from './claim-facts.ts';
import { cleanDefinition } from './definitions.ts';
import { type HoldRecord, holdRecordOf } from './hold-record.ts';
import { holdAllowedAnnotation } from './marks.ts';
import type { Pod, Workload } from './objects.ts';
import type { OwnerReference } from './port.ts';
import { idleAutoscalersOf, reconcilersOf, type Watchers } from './reconcilers.ts';
import { claimFromTemplate, podUsesClaim, workloadUsesClaim } from './workload-reference.ts';

/** What a namespace holds that may use a claim. */
export interface NamespaceContents extends Watchers {
  readonly pods: readonly Pod[];
  readonly workloads: readonly Workload[];
}

/** A consumer without its database, which is told from the pod's description elsewhere. */
export type PlainConsumer = Omit<Consumer, 'database'> & { readonly object: Workload | Pod };

/**
 * Every topmost object whose pods use the claim, or would use it: a workload at zero replicas counts. Sorted by kind and name, so
 * that the plan made from it is stable. Pure.
 */
export function consumersOf(claim: string, contents: NamespaceContents): PlainConsumer[] {
  const byUid = new Map(contents.workloads.map((workload) => [workload.metadata.uid, workload]));
  const found = new Map<string, { object: Workload | Pod; pods: Pod[] }>();
  const add = (object: Workload | Pod, pods: readonly Pod[]): void => {
    const key = object.metadata.uid ?? object.metadata.name;
    const known = found.get(key) ?? { object, pods: [] };
    known.pods.push(...pods);
    found.set(key, known);
  };
  for (const pod of contents.pods) if (podUsesClaim(pod.spec, claim)) add(topOf(pod, byUid), [pod]);
  for (const workload of contents.workloads) {
    // An old ReplicaSet of a Deployment, or a Job of a CronJob that is long done, asks for nothing.
    const asks = !byUid.has(controllerOf(workload)?.uid) || isActive(workload);
    if (asks && workloadUsesClaim(workload, claim)) add(topOf(workload, byUid), []);
  }
  return [...found.values()]
    .map(({ object, pods }) => consumer(claim, object, pods, byUid, contents))
    .sort((left, right) => `${left.kind}/${left.name}`.localeCompare(`${right.kind}/${right.name}`));
}

function topOf(start: Workload | Pod, byUid: ReadonlyMap<string | undefined, Workload>): Workload | Pod {
  let current = start;
  for (;;) {
    // A Job is judged by itself: its CronJob only makes the next one.
    const owner = current.kind === 'Job' ? undefined : byUid.get(controllerOf(current)?.uid);
    if (owner === undefined) return current;
    current = owner;
  }
}

function consumer(
  claim: string,
  object: Workload | Pod,
  pods: readonly Pod[],
  byUid: ReadonlyMap<string | undefined, Workload>,
  contents: NamespaceContents,
): PlainConsumer {
  const { name, namespace = '', uid = '' } = object.metadata;
  const owner = controllerOf(object);
  const foreign = owner !== null && !byUid.has(owner.uid) ? owner : null;
  const workload = object as Workload;
  const record = recordOf(object);
  const replicas = record?.before.replicas ?? workload.spec.replicas;
  const template = object.kind === 'StatefulSet' ? claimFromTemplate(workload, claim) : null;
  return {
    kind: object.kind ?? '',
    namespace,
    name,
    uid,
    object,
    means: meansOf(object, foreign),
    replicas: typeof replicas === 'number' ? replicas : null,
    reconcilers: reconcilersOf(workload, contents),
    idleAutoscalers: idleAutoscalersOf(workload, contents),
    retentionWhenScaled: workload.spec.persistentVolumeClaimRetentionPolicy?.whenScaled ?? null,
    heldBy: record?.holders.map(({ workflowId }) => workflowId) ?? [],
    pods: pods.map(podUse),
    claimTemplate: template === null ? null : cleanDefinition(template),
  };
}

function recordOf(object: Workload | Pod): HoldRecord | null {
  try {
    return holdRecordOf(object);
  } catch {
    // The hold itself refuses a damaged record; reading facts goes on.
    return null;
  }
}

function meansOf(object: Workload | Pod, foreign: OwnerReference | null): HoldMeans {
  const kind = object.kind ?? '';
  if (kind === 'Pod') return meansOfPod(object as Pod, foreign);
  if (foreign !== null && object.metadata.annotations?.[holdAllowedAnnotation] !== 'true') {
    return impossible(
      `it is run by ${foreign.kind} ${foreign.name}, whose operator would bring it back; pause that operator, ` +
        `then annotate the ${kind} with ${holdAllowedAnnotation}=true`,
    );
  }
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
    case 'ReplicationController':
      return { kind: 'scale' };
    case 'CronJob':
      return { kind: 'suspend' };
    case 'Job':
      return isActive(object as Workload)
        ? impossible('a running Job cannot be stopped and taken up again; let it end or delete it')
        : { kind: 'none' };
    case 'DaemonSet':
      return impossible('a DaemonSet cannot be scaled to zero; take it away from the claim by hand');
    default:
      return impossible(`a ${kind} cannot be stopped by this recovery`);
  }
}

function meansOfPod(pod: Pod, foreign: OwnerReference | null): HoldMeans {
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') return { kind: 'none' };
  if (foreign !== null)
    return impossible(`it is run by ${foreign.kind} ${foreign.name}, which cannot be paused from here`);
  return impossible('no controller would bring a bare pod back; delete it by hand');
}

function impossible(why: string): HoldMeans {
  return { kind: 'impossible', why };
}

/** A Job that is not over, or any other workload that wants pods. */
function isActive({ kind, spec, status }: Workload): boolean {
  if (kind !== 'Job') return (spec.replicas ?? 1) > 0;
  const over = status?.conditions?.some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
  return !over && spec.suspend !== true;
}

function controllerOf({ metadata }: Workload | Pod): OwnerReference | null {
  return metadata.ownerReferences?.find(({ controller }) => controller === true) ?? null;
}

export function podUse({ metadata, spec, status }: Pod): PodUse {
  return {
    name: metadata.name,
    phase: status?.phase ?? 'Unknown',
    node: spec.nodeName ?? null,
    ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
    terminating: metadata.deletionTimestamp !== undefined,
  };
}
