import { isCancellation } from '@temporalio/workflow';
import type { SavedVolume } from '../../activities/backups/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { judgeHealth } from '../velero/judge-health.ts';
import type { ClusterBackupInput } from './contract.ts';
import { coveringBackups } from './coverage.ts';
import type { BackupFacts } from './facts.ts';
import {
  findSnapshots,
  limits,
  readBackupPolicy,
  readBackupStanding,
  readSavedVolumes,
  readVeleroHealth,
  readVeleroInstallation,
} from './ports.ts';
import { snapshotsOf } from './settled-snapshots.ts';

/** Backups whose volumes are looked at for the coverage before the run; the newest cover most namespaces. */
const mostBackups = 5;

export async function assess(
  { input, settings }: Admitted<ClusterBackupInput>,
  { recoveryId, workflowId }: ScenarioContext,
): Promise<BackupFacts> {
  const { cluster, policy: name = 'default' } = input;
  const holder = { recoveryId, workflowId };
  const policy = await readBackupPolicy({ cluster, policy: name });
  const place = { cluster, veleroNamespace: policy.veleroNamespace };
  const health = await readVeleroHealth({ ...place, ...holder, limitSeconds: limits.health });
  const none = { policy, health, installation: null, standing: null, saved: {}, completedSnapshots: [] };
  if (judgeHealth(health, { cluster, location: null, access: 'write' }).kind === 'ill') return none;
  const [installation, standing] = await Promise.all([readVeleroInstallation(place), readBackupStanding(place)]);
  const covering = [...new Set(coveringBackups(standing).values())].slice(0, mostBackups);
  const saved: Record<string, readonly SavedVolume[] | null> = {};
  for (const backup of covering)
    saved[backup] = await accountOf(() => readSavedVolumes({ ...place, ...holder, backup }));
  const completedSnapshots = await completed(
    settings.region,
    Object.values(saved).flatMap((volumes) => volumes ?? []),
  );
  return { policy, health, installation, standing, saved, completedSnapshots };
}

/** A backup whose account cannot be read covers nothing, and is no reason not to take another. */
async function accountOf(read: () => Promise<readonly SavedVolume[]>): Promise<readonly SavedVolume[] | null> {
  try {
    return await read();
  } catch (error) {
    if (isCancellation(error)) throw error;
    return null;
  }
}

/** Of the snapshots of EC2 that backups name, those that EC2 has as completed. */
async function completed(region: string, volumes: readonly SavedVolume[]): Promise<string[]> {
  const snapshotHandles = snapshotsOf(volumes);
  if (snapshotHandles.length === 0) return [];
  const { candidates } = await findSnapshots({ region, snapshotHandles });
  return candidates.filter(({ state }) => state === 'completed').map(({ snapshotId }) => snapshotId);
}
