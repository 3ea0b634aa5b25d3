import { limitConcurrency } from '../coordination/limit-concurrency.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import { comparable, differences } from './comparable.ts';
import { excludedKinds, leftAlone } from './left-alone.ts';
import type { LiveKinds } from './live-kinds.ts';
import { mergePatchOf } from './merge-patch-of.ts';
import { modifies } from './modifiers.ts';
import type { SavedObject } from './saved-objects.ts';
import type { PlannedObject, RestoreSelectionInput } from './types.ts';
import type { VolumeData } from './volume-infos.ts';

export interface PlanSources {
  readonly cluster: KubernetesPort;
  readonly live: LiveKinds;
  readonly volumes: ReadonlyMap<string, VolumeData>;
  readonly options: Pick<RestoreSelectionInput, 'existing' | 'namespaceMapping' | 'modifiers'>;
}

export interface PlannedRestore {
  /** In the order of resource, namespace and name. */
  readonly objects: readonly PlannedObject[];
  readonly excludedResources: readonly string[];
}

/** Deleting one of these would take what is in it, or the data, along. */
const neverRecreated: ReadonlySet<string> = new Set(['namespaces', 'customresourcedefinitions.apiextensions.k8s.io']);

const snapshotKinds: ReadonlySet<string> = new Set([
  'volumesnapshots.snapshot.storage.k8s.io',
  'volumesnapshotcontents.snapshot.storage.k8s.io',
]);

const rehearsalsAtOnce = 8;

/** What a Restore of these objects does with each of them, against the cluster as it is now. Changes nothing. */
export async function planObjects(selected: readonly SavedObject[], sources: PlanSources): Promise<PlannedRestore> {
  const { volumes } = sources;
  const usesCsiSnapshots = [...volumes.values()].includes('csi-snapshot');
  const fileSystem = [...volumes.values()].includes('file-system');
  const why = (saved: SavedObject) => {
    // Data of a file-system backup comes back through the pods.
    if (fileSystem && saved.resource === 'pods') return null;
    return leftAlone(saved, { usesCsiSnapshots });
  };
  const excludedResources = excludedKinds(selected, why);
  const limited = limitConcurrency(rehearsalsAtOnce);
  const objects = await Promise.all(
    selected.map((saved) => limited('plan', () => planOne(saved, sources, excludedResources, why(saved)))),
  );
  return { objects: objects.sort(byName), excludedResources };
}

async function planOne(
  { resource, namespace, name, object }: SavedObject,
  { cluster, live, volumes, options }: PlanSources,
  excluded: readonly string[],
  leftBecause: string | null,
): Promise<PlannedObject> {
  const mapping = options.namespaceMapping;
  const target = namespace === null ? null : (mapping[namespace] ?? namespace);
  const called = resource === 'namespaces' ? (mapping[name] ?? name) : name;
  const about = { resource, kind: object.kind ?? '', from: namespace, namespace: target, name: called };
  // Of a kind that is restored all the same, Velero itself passes over what is finished, and the cluster keeps its own.
  if (leftBecause !== null && (excluded.includes(resource) || /finished|kubelet|cluster makes/.test(leftBecause))) {
    return { ...about, action: 'leave', why: leftBecause };
  }
  // Only with CSI snapshots in the backup, where their kinds must be restored: Velero gives each a name of the Restore.
  if (snapshotKinds.has(resource)) {
    return { ...about, action: 'leave', why: 'Velero restores it under a name of its own, to fill the claim' };
  }
  const kind = live.kind(resource);
  if (kind === null) return { ...about, action: 'unserved', why: `the cluster serves no ${resource}` };
  if (resource === 'persistentvolumes') {
    const provisioned = newVolumeInstead(object, volumes.get(name) ?? 'none');
    if (provisioned !== null) return { ...about, action: 'leave', why: provisioned };
  }
  const found = await live.find(resource, target, called);
  if (found === null) return { ...about, action: 'create' };
  if (resource === 'persistentvolumes' && Object.keys(mapping).length > 0) {
    return { ...about, action: 'leave', why: 'restored under another name, because this one is in use' };
  }
  if (options.modifiers.some((rule) => modifies(rule, { resource, namespace, name, object }))) {
    return options.existing === 'keep'
      ? { ...about, action: 'keep', why: 'it is there; the saved one would be changed by a modifier' }
      : { ...about, action: 'update', why: 'by a modifier' };
  }
  const wanted = comparable(resource, object, mapping);
  const there = comparable(resource, found);
  const differs = differences(wanted, there);
  if (differs.length === 0) return { ...about, action: 'same' };
  if (options.existing === 'keep') return { ...about, action: 'keep', differs };
  if (resource === 'persistentvolumeclaims') {
    return {
      ...about,
      action: 'keep',
      why: 'a claim that is there is never changed: it could lose its volume',
      differs,
    };
  }
  const refusal = await cluster.rehearsePatch(
    kind,
    target === null ? { name: called } : { name: called, namespace: target },
    patchBody(there, wanted),
  );
  if (refusal === null) return { ...about, action: 'update', differs };
  const why = /immutable|forbidden|may not change/i.test(refusal)
    ? 'the API refuses the change: a field is immutable'
    : 'the API refuses the change';
  if (options.existing === 'update') return { ...about, action: 'conflict', why, differs };
  const kept = neverRecreatedBecause(resource, found);
  return kept === null
    ? { ...about, action: 'recreate', why, differs }
    : { ...about, action: 'conflict', why: `${why}, and ${kept}`, differs };
}

function patchBody(
  { labels: _liveLabels, annotations: _liveAnnotations, ...there }: Readonly<Record<string, unknown>>,
  { labels, annotations, ...wanted }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { ...mergePatchOf(there, wanted), metadata: { labels, annotations } };
}

function neverRecreatedBecause(resource: string, { spec }: KubernetesObject): string | null {
  if (neverRecreated.has(resource)) return `a ${resource} is never deleted to make room`;
  const { persistentVolumeClaimRetentionPolicy: policy } = (spec ?? {}) as {
    persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string };
  };
  if (resource === 'statefulsets.apps' && policy?.whenDeleted === 'Delete')
    return 'deleting it would delete its claims';
  return null;
}

/** Why Velero makes no volume object but lets the claim get a new volume, or null. */
function newVolumeInstead({ spec }: KubernetesObject, data: VolumeData): string | null {
  const { persistentVolumeReclaimPolicy: policy } = (spec ?? {}) as { persistentVolumeReclaimPolicy?: string };
  if (data === 'csi-snapshot' || data === 'file-system') return 'its claim gets a new volume, filled from the backup';
  return data === 'none' && policy === 'Delete' ? 'its claim gets a new, empty volume' : null;
}

function byName(left: PlannedObject, right: PlannedObject): number {
  const keyOf = ({ resource, namespace, name }: PlannedObject) => `${resource} ${namespace ?? ''} ${name}`;
  const [a, b] = [keyOf(left), keyOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
