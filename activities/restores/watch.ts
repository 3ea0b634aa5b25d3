import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { Pace } from '../pace.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { RestoreObject } from '../velero/objects.ts';
import { restoreSummary } from '../velero/translate.ts';
import type { RestoreProgress, WatchRestoreInput } from './types.ts';

const pauseMs = 500;
/** Between two answers of a restore that goes on: a history is no log. */
const leastSeconds = 5;

/** Looks until the restore has ended, has got further, or the limit is reached; then tells how it stands. */
export async function watchRestore(
  cluster: KubernetesPort,
  { veleroNamespace: namespace, name, seen, limitSeconds }: WatchRestoreInput,
  pace: Pace,
): Promise<RestoreProgress> {
  const began = pace.now();
  for (;;) {
    const object = await patientRead(cluster, { namespace, name }, pace);
    const waited = (pace.now() - began) / 1000;
    if (object !== null) {
      const progress = { ...restoreSummary(object), itemsRestored: object.status?.progress?.itemsRestored ?? 0 };
      const further = seen !== progress.itemsRestored && waited >= Math.min(leastSeconds, limitSeconds);
      if (progress.standing === 'ended' || further || waited >= limitSeconds) return progress;
      pace.report(`Restore ${name}: ${progress.phase || 'not begun'}, ${progress.itemsRestored} items`);
    } else if (waited >= limitSeconds) {
      throw new RekindleError('unavailable', `the API of ${cluster.cluster} did not answer for ${limitSeconds} s`);
    }
    await pace.sleep(pauseMs);
  }
}

/** Null while the API is away. */
async function patientRead(cluster: KubernetesPort, ref: { namespace: string; name: string }, pace: Pace) {
  try {
    const object = await cluster.read<RestoreObject>(veleroKinds.restore, ref, pace.signal());
    if (object === null)
      throw new RekindleError('not-found', `Restore ${ref.name} is not in cluster ${cluster.cluster}`);
    return object;
  } catch (error) {
    if (error instanceof RekindleError && (error.code === 'unavailable' || error.code === 'throttled')) return null;
    throw error;
  }
}
