import type { Kind } from '../kubernetes/kinds.ts';

function own(name: string, plural: string): Kind {
  return { apiVersion: 'velero.io/v1', kind: name, plural, namespaced: true };
}

/** The kinds around backups beside those of `velero/kinds.ts`. */
export const backupKinds = {
  schedule: own('Schedule', 'schedules'),
  volumeLocation: own('VolumeSnapshotLocation', 'volumesnapshotlocations'),
  repository: own('BackupRepository', 'backuprepositories'),
  configMap: { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
} as const satisfies Record<string, Kind>;
