import { RekindleError } from '../../errors/rekindle-error.ts';
import { madeBy, recoveryMarks } from '../kubernetes/marks.ts';
import { poll } from '../kubernetes/polling.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject, StorageLocationObject } from '../velero/objects.ts';
import type { LocationInput } from './types.ts';

type LocationSpec = StorageLocationObject['spec'] & { readonly config?: Readonly<Record<string, string>> };

/**
 * The source's bucket as a location that this Velero only reads: its garbage collection never deletes what another cluster saved.
 * Provider and settings are those of the cluster's default location, but for bucket and region.
 * @throws RekindleError `already-exists` when a location of that name is another bucket, or may be written to
 */
export async function ensureReadOnlyLocation(
  cluster: KubernetesPort,
  input: LocationInput,
  signal: AbortSignal,
): Promise<'created' | 'as it was'> {
  const { veleroNamespace: namespace, name, store } = input;
  const all = await cluster.list<StorageLocationObject>(veleroKinds.storageLocation, { namespace }, signal);
  const before = all.find(({ metadata }) => metadata.name === name);
  if (before !== undefined) {
    const { accessMode, objectStorage } = before.spec;
    if (accessMode === 'ReadOnly' && objectStorage?.bucket === store.bucket) return 'as it was';
    const message = `BackupStorageLocation ${name} is there as ${accessMode ?? 'ReadWrite'} of bucket ${objectStorage?.bucket}`;
    throw new RekindleError('already-exists', message);
  }
  const own = all.find(({ spec }) => spec.default === true) ?? all[0];
  if (own === undefined) throw new RekindleError('not-found', `${cluster.cluster} has no storage location of its own`);
  await cluster.create<StorageLocationObject>(veleroKinds.storageLocation, {
    metadata: { namespace, name, annotations: recoveryMarks(input) },
    spec: readOnlySpec(own.spec, input),
  });
  return 'created';
}

/** Pure. */
export function readOnlySpec(own: LocationSpec, { store, credential }: Pick<LocationInput, 'store' | 'credential'>) {
  const { provider, config, backupSyncPeriod, validationFrequency } = own as LocationSpec & {
    readonly backupSyncPeriod?: string;
  };
  return {
    provider,
    default: false,
    accessMode: 'ReadOnly',
    objectStorage: { bucket: store.bucket },
    ...(config === undefined ? {} : { config: { ...config, region: store.region } }),
    ...(backupSyncPeriod === undefined ? {} : { backupSyncPeriod }),
    ...(validationFrequency === undefined ? {} : { validationFrequency }),
    ...(credential === null ? {} : { credential: { name: credential.secret, key: credential.key } }),
  };
}

/** Takes away what this recovery made, with the Backups that were synchronised from there: the bucket is not touched. */
export async function removeReadOnlyLocation(
  cluster: KubernetesPort,
  { veleroNamespace: namespace, name, recoveryId }: LocationInput,
  signal: AbortSignal,
): Promise<string> {
  const location = await cluster.read<StorageLocationObject>(veleroKinds.storageLocation, { namespace, name }, signal);
  if (location === null || madeBy(location) !== recoveryId) return `location ${name} is not of this recovery`;
  await cluster.remove(veleroKinds.storageLocation, { namespace, name }, { uid: location.metadata.uid ?? '' });
  const synced = (await cluster.list<BackupObject>(veleroKinds.backup, { namespace }, signal)).filter(
    ({ spec }) => spec.storageLocation === name,
  );
  for (const { metadata } of synced) await cluster.remove(veleroKinds.backup, { namespace, name: metadata.name });
  return `location ${name} and ${synced.length} Backups known from it are gone; the bucket is as it was`;
}

/** @throws RekindleError `not-yet` at the limit */
export function waitSynced(
  cluster: KubernetesPort,
  input: { veleroNamespace: string; name: string; backup: string; limitSeconds: number },
  pace: Pace,
): Promise<{ uid: string }> {
  const { veleroNamespace: namespace, name, backup } = input;
  return poll(pace, input.limitSeconds, 'not-yet', async () => {
    const seen = await cluster.read<BackupObject>(veleroKinds.backup, { namespace, name: backup }, pace.signal());
    if (seen?.spec.storageLocation === name) return { done: { uid: seen.metadata.uid ?? '' } };
    const location = await cluster.read<StorageLocationObject>(
      veleroKinds.storageLocation,
      { namespace, name },
      pace.signal(),
    );
    const { phase = 'not looked at', lastSyncedTime = 'never', message = '' } = location?.status ?? {};
    const why = message === '' ? '' : `: ${message.slice(0, 200)}`;
    return { missing: `Backup ${backup} of ${name} (${phase}, synchronised ${lastSyncedTime}) is not known yet${why}` };
  });
}
