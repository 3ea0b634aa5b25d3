import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { kinds } from './kinds.ts';
import type { PersistentVolume } from './objects.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';

/** Guards of a volume object that may be taken off once nothing is attached: they protect a use that has ended. */
export function isKnownFinalizer(finalizer: string): boolean {
  return (
    finalizer === 'kubernetes.io/pv-protection' ||
    finalizer === 'kubernetes.io/pv-controller' ||
    finalizer === 'external-provisioner.volume.kubernetes.io/finalizer' ||
    finalizer.startsWith('external-attacher/')
  );
}

const limitSeconds = 30;

/**
 * Deletes the volume object, never the volume: it must be `Retain` and unattached, else nothing is touched. A bound object does
 * not go by itself, so its known finalizers are taken off once it is marked as deleted (facts section 3).
 */
export async function removeVolumeObject(port: KubernetesPort, seen: PersistentVolume, pace: Pace): Promise<void> {
  const { name, uid = '' } = seen.metadata;
  if (seen.spec.persistentVolumeReclaimPolicy !== 'Retain') {
    throw new RekindleError(
      'drifted',
      `PersistentVolume ${name} is not Retain any more: deleting it could delete data`,
    );
  }
  const foreign = seen.metadata.finalizers?.find((finalizer) => !isKnownFinalizer(finalizer));
  if (foreign !== undefined) {
    throw new RekindleError('volume-object-guarded', `PersistentVolume ${name} carries the finalizer ${foreign}`);
  }
  await poll(pace, limitSeconds, 'not-yet', async () => {
    const volume = await port.read<PersistentVolume>(kinds.volume, { name }, pace.signal());
    if (volume === null || volume.metadata.uid !== uid) return { done: true };
    if (volume.metadata.deletionTimestamp === undefined) {
      await port.remove(kinds.volume, { name }, { uid });
    } else if ((volume.metadata.finalizers ?? []).length > 0) {
      await takeOffFinalizers(port, volume);
    }
    return { missing: `PersistentVolume ${name} is being deleted` };
  });
}

async function takeOffFinalizers(port: KubernetesPort, { metadata }: PersistentVolume): Promise<void> {
  const { name, uid = '', resourceVersion = '' } = metadata;
  try {
    await port.patch(kinds.volume, { name }, { metadata: { finalizers: null } }, { uid, resourceVersion });
  } catch (error) {
    // Another look decides: it is gone already, or a controller wrote in between.
    const harmless = error instanceof RekindleError && (error.code === 'not-found' || error.code === 'conflict');
    if (!harmless) throw error;
  }
}
