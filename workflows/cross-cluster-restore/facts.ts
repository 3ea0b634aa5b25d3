import type {
  FoundStoredBackup,
  NeutralisedObject,
  StoredSurvey,
  TargetFacts,
} from '../../activities/backup-stores/types.ts';
import type { BackupStoreFacts, VeleroSettings } from '../../activities/inventory/activities.ts';
import type { HealthVerdict } from '../velero/judge-health.ts';
import type { AskedSnapshots } from './move-volumes.ts';

/** Everything that `decide` looks at. */
export interface CrossFacts {
  readonly velero: VeleroSettings;
  readonly health: HealthVerdict;
  readonly source: BackupStoreFacts;
  readonly found: FoundStoredBackup | null;
  readonly target: TargetFacts | null;
  /** Null when there is nothing to survey. */
  readonly survey: StoredSurvey | null;
  /** Of the volumes that the survey says are moved, in their order. */
  readonly snapshots: AskedSnapshots;
  /** What may be promoted; null in a restore. */
  readonly neutralised: readonly NeutralisedObject[] | null;
}
