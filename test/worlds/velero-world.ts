/** Velero's objects as tests look at them, past everything of the product. */
import type { KubernetesObject } from '@kubernetes/client-node';
import type { Resource } from '../../sandbox/controllers/kubernetes/resource.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';

function velero(kind: string, plural: string): Resource {
  return { apiVersion: 'velero.io/v1', kind, plural, namespaced: true };
}

export const veleroResources = {
  backups: velero('Backup', 'backups'),
  restores: velero('Restore', 'restores'),
  schedules: velero('Schedule', 'schedules'),
  locations: velero('BackupStorageLocation', 'backupstoragelocations'),
} as const;

export const veleroNamespace = 'velero';

export interface VeleroRun extends KubernetesObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: { readonly phase?: string };
}

/** The Backups that a recovery made, in the order of their names. */
export async function backupsOf({ api }: ClusterAccess, recoveryId: string): Promise<VeleroRun[]> {
  const { items } = await api.list<VeleroRun>(veleroResources.backups, { namespace: veleroNamespace });
  return items
    .filter(({ metadata }) => metadata?.annotations?.['rekindle.io/recovery'] === recoveryId)
    .sort((one, other) => (one.metadata?.name ?? '').localeCompare(other.metadata?.name ?? ''));
}

/** Takes a backup the plain way and waits for its end; the object of that name is taken as it is when it is there. */
export async function plainBackup(
  { api }: ClusterAccess,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): Promise<VeleroRun> {
  const ref = { name, namespace: veleroNamespace };
  const whole = { storageLocation: 'default', volumeSnapshotLocations: ['default'], ttl: '24h0m0s', ...spec };
  await api.ensure<VeleroRun>(veleroResources.backups, { metadata: ref, spec: whole });
  return waitFor(
    `the end of backup ${name}`,
    async () => {
      const seen = await api.get<VeleroRun>(veleroResources.backups, ref);
      return /^(Completed|PartiallyFailed|Failed|FailedValidation)$/.test(seen.status?.phase ?? '') && seen;
    },
    { timeoutMs: 120_000, intervalMs: 200 },
  );
}

/** A whole backup of the namespace `production` from before. */
export async function ensureFormerBackup(access: ClusterAccess): Promise<void> {
  await plainBackup(access, 'former', { includedNamespaces: ['production'] });
}
