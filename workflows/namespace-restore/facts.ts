import type { VeleroSettings } from '../../activities/inventory/activities.ts';
import type { FoundBackup, RestoreSurvey } from '../../activities/restores/types.ts';
import type { HealthVerdict } from '../velero/judge-health.ts';

/** Everything that `decide` looks at. */
export interface RestoreFacts {
  readonly velero: VeleroSettings;
  readonly health: HealthVerdict;
  readonly found: FoundBackup;
  /** Null when there is nothing to survey: no server, no backup, no usable location. */
  readonly survey: RestoreSurvey | null;
}
