import type { PersistentVolume, PersistentVolumeClaim } from '../kubernetes/objects.ts';
import { zoneOfVolume } from '../restores/claim-findings.ts';
import type { SavedObject } from '../restores/saved-objects.ts';
import type { NativeSnapshot } from '../restores/volume-infos.ts';
import type { MovedVolume, Neutralising } from './types.ts';

/**
 * The volumes of the selected claims that lie in a zone of the mapping. Velero makes the volume of a snapshot in the zone that its own
 * file of the backup names, whatever the volume object says (`pkg/restore/pv_restorer.go` of 1.18), so no modifier can move it. Pure.
 */
export function movedVolumes(
  selected: readonly SavedObject[],
  snapshots: ReadonlyMap<string, NativeSnapshot>,
  { zones, storageClasses }: Pick<Neutralising, 'zones' | 'storageClasses'>,
): readonly MovedVolume[] {
  const volumes = new Map(
    selected.flatMap(({ resource, name, object }) =>
      resource === 'persistentvolumes' ? [[name, object as PersistentVolume] as const] : [],
    ),
  );
  const namespaces = new Map(
    selected.flatMap(({ resource, name, object }) => (resource === 'namespaces' ? [[name, object] as const] : [])),
  );
  return selected.flatMap(({ resource, namespace, object }) => {
    if (resource !== 'persistentvolumeclaims' || namespace === null) return [];
    const claim = object as PersistentVolumeClaim;
    const volume = volumes.get(claim.spec.volumeName ?? '');
    const snapshot = snapshots.get(claim.spec.volumeName ?? '');
    if (volume === undefined || snapshot === undefined) return [];
    const fromZone = snapshot.zone ?? zoneOfVolume(volume);
    const zone = fromZone === null ? undefined : zones[fromZone];
    if (fromZone === null || zone === undefined || zone === fromZone) return [];
    const { labels = {}, annotations = {} } = namespaces.get(namespace)?.metadata ?? {};
    const { snapshotId, type, iops } = snapshot;
    return [
      {
        ...{ snapshotId, type, iops, fromZone, zone },
        volume: ofClass(volume, storageClasses) as PersistentVolume,
        claim: ofClass(claim, storageClasses) as PersistentVolumeClaim,
        namespace: { name: namespace, labels, annotations },
      },
    ];
  });
}

function ofClass(object: PersistentVolume | PersistentVolumeClaim, classes: Readonly<Record<string, string>>) {
  const { status: _status, metadata: whole, spec, ...rest } = object;
  const to = classes[spec.storageClassName ?? ''];
  const { managedFields: _managed, ...metadata } = whole;
  return { ...rest, metadata, spec: { ...spec, ...(to !== undefined && { storageClassName: to }) } };
}
