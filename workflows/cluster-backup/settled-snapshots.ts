import { sleep } from '@temporalio/workflow';
import type { SavedVolume } from '../../activities/backups/types.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { findSnapshots, limits } from './ports.ts';

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

/**
 * Of the snapshots that the backup names, those that EC2 has as completed, once none is pending any more or the limit is over.
 * CreateSnapshot answers as soon as EC2 has begun the copy, and Velero's plugin does not wait for its end: right after a backup a
 * snapshot of a volume with much new data is `pending`, for minutes or hours.
 */
export async function settledSnapshots(
  region: string,
  volumes: readonly SavedVolume[],
  context: ScenarioContext,
): Promise<string[]> {
  const snapshotHandles = snapshotsOf(volumes);
  if (snapshotHandles.length === 0) return [];
  const deadline = Date.now() + limits.snapshots * 1000;
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const { candidates } = await findSnapshots({ region, snapshotHandles });
    const pending = candidates.filter(({ state }) => state === 'pending');
    if (pending.length === 0 || Date.now() >= deadline) {
      return candidates.filter(({ state }) => state === 'completed').map(({ snapshotId }) => snapshotId);
    }
    context.report(`${pending.length} of ${snapshotHandles.length} snapshots are still pending in EC2`);
    await sleep(pause);
  }
}

/** The snapshots of EC2 among the handles, each once, in an order of their own. Pure. */
export function snapshotsOf(volumes: readonly SavedVolume[]): string[] {
  return [...new Set(volumes.flatMap(({ handle }) => (handle?.startsWith('snap-') ? [handle] : [])))].sort();
}
