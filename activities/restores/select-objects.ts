import type { LabelSelector } from './label-selector.ts';
import { selects } from './label-selector.ts';
import type { SavedObject } from './saved-objects.ts';

/** What of the backup is meant, in full names of kinds. */
export interface Selection {
  readonly namespaces: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly labelSelector: LabelSelector | null;
}

/** Never restored by Velero. */
const neverRestored: ReadonlySet<string> = new Set([
  'nodes',
  'events',
  'events.events.k8s.io',
  'backups.velero.io',
  'restores.velero.io',
  'resticrepositories.velero.io',
  'csinodes.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'backuprepositories.velero.io',
]);

/**
 * The objects that Velero 1.18 takes for a Restore of that selection: cluster-scoped ones only where no namespaces are named, and
 * then also the volume objects of the claims and the namespaces of everything that it takes. Pure.
 */
export function selectObjects(saved: readonly SavedObject[], selection: Selection): SavedObject[] {
  const { namespaces, resources, labelSelector } = selection;
  const kindMeant = (resource: string) =>
    !neverRestored.has(resource) && (resources === null || resources.includes(resource));
  const chosen = saved.filter(
    ({ resource, namespace, object }) =>
      kindMeant(resource) &&
      resource !== 'namespaces' &&
      (namespace === null ? namespaces === null : namespaces === null || namespaces.includes(namespace)) &&
      (labelSelector === null || selects(labelSelector, object.metadata.labels)),
  );
  const taken = new Set(chosen);
  const volumes = new Set(
    chosen.flatMap(({ resource, object }) => (resource === 'persistentvolumeclaims' ? volumeOf(object) : [])),
  );
  const homes = new Set(chosen.flatMap(({ namespace }) => namespace ?? []));
  const wholeNamespace = labelSelector === null && kindMeant('namespaces');
  const added = saved.filter((entry) => {
    if (taken.has(entry)) return false;
    if (entry.resource === 'persistentvolumes') return kindMeant(entry.resource) && volumes.has(entry.name);
    return entry.resource === 'namespaces' && (homes.has(entry.name) || (namespaces === null && wholeNamespace));
  });
  return [...chosen, ...added];
}

function volumeOf({ spec, status }: SavedObject['object']): string[] {
  const { volumeName } = (spec ?? {}) as { volumeName?: string };
  const { phase } = (status ?? {}) as { phase?: string };
  return volumeName !== undefined && volumeName !== '' && phase === 'Bound' ? [volumeName] : [];
}
