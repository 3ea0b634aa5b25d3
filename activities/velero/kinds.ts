import type { Kind } from '../kubernetes/kinds.ts';

function kind(name: string, plural: string): Kind {
  return { apiVersion: 'velero.io/v1', kind: name, plural, namespaced: true };
}

/** The kinds of Velero's API that are read or made here; all of them live in Velero's own namespace. */
export const veleroKinds = {
  backup: kind('Backup', 'backups'),
  restore: kind('Restore', 'restores'),
  storageLocation: kind('BackupStorageLocation', 'backupstoragelocations'),
  downloadRequest: kind('DownloadRequest', 'downloadrequests'),
  serverStatusRequest: kind('ServerStatusRequest', 'serverstatusrequests'),
} as const satisfies Record<string, Kind>;
