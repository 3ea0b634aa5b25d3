import type { BackupStanding, SavedVolume, VeleroInstallation } from '../../activities/backups/types.ts';
import type { BackupPolicyFacts } from '../../activities/inventory/activities.ts';
import type { VeleroHealth } from '../../activities/velero/types.ts';

/** Everything that `decide` looks at. */
export interface BackupFacts {
  readonly policy: BackupPolicyFacts;
  readonly health: VeleroHealth;
  /** Null when Velero cannot be trusted now: nothing more was asked. */
  readonly installation: VeleroInstallation | null;
  readonly standing: BackupStanding | null;
  /** How the newest backups saved their volumes, by backup; null where its account could not be read. */
  readonly saved: Readonly<Record<string, readonly SavedVolume[] | null>>;
  /** Snapshots of EC2 that are there and completed. */
  readonly completedSnapshots: readonly string[];
}
