import type { SavedObject } from './saved-objects.ts';

/** In every namespace; they hold the authority of the cluster that made them. */
const ownByCluster: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);

/**
 * Why an object is not restored although it was selected, or null. Objects that a controller makes again come back with stale
 * addresses and without their owner when they are restored beside it. Pure.
 */
export function leftAlone(
  { resource, object }: SavedObject,
  { usesCsiSnapshots }: { usesCsiSnapshots: boolean },
): string | null {
  const { metadata, status = {} } = object;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const { phase, completionTime } = status as { phase?: string; completionTime?: string };
  switch (resource) {
    case 'pods':
      if (phase === 'Succeeded' || phase === 'Failed') return 'it is finished';
      if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return 'its kubelet makes it';
      return madeBy(owner?.kind);
    case 'jobs.batch':
      return completionTime === undefined ? madeBy(owner?.kind) : 'it is finished';
    case 'configmaps':
      return ownByCluster.has(object.metadata.name) ? 'the cluster makes its own' : null;
    case 'replicasets.apps':
    case 'controllerrevisions.apps':
      return madeBy(owner?.kind);
    case 'endpointslices.discovery.k8s.io':
      return metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io' ||
        metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslicemirroring-controller.k8s.io'
        ? madeBy('Service')
        : null;
    case 'endpoints':
      return metadata.annotations?.['endpoints.kubernetes.io/last-change-trigger-time'] === undefined &&
        metadata.labels?.['endpoints.kubernetes.io/managed-by'] === undefined
        ? null
        : madeBy('Service');
    case 'volumesnapshots.snapshot.storage.k8s.io':
    case 'volumesnapshotcontents.snapshot.storage.k8s.io':
      return usesCsiSnapshots ? null : 'restored, it would take another snapshot';
    default:
      return null;
  }
}

function madeBy(kind: string | undefined): string | null {
  return kind === undefined ? null : `its ${kind} makes it`;
}

/** Kinds of which every selected object is left alone: the Restore excludes them. A kind with others keeps them all. Pure. */
export function excludedKinds(selected: readonly SavedObject[], why: (object: SavedObject) => string | null): string[] {
  const kinds = new Map<string, boolean>();
  for (const saved of selected) {
    kinds.set(saved.resource, (kinds.get(saved.resource) ?? true) && why(saved) !== null);
  }
  return [...kinds].flatMap(([resource, all]) => (all ? resource : [])).sort();
}
