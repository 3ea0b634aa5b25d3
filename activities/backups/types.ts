import type { Holder } from '../kubernetes/marks.ts';
import type { BackupSummary, VeleroPlace } from '../velero/types.ts';

/** What an installed Velero can save, beside its storage locations. */
export interface VeleroInstallation {
  readonly volumeLocations: readonly { readonly name: string; readonly provider: string }[];
  /** Null when there is no node agent: then no volume is saved by its files. */
  readonly nodeAgent: { readonly wanted: number; readonly ready: number } | null;
  /** Repositories of file-system backups that are not ready, with Velero's own words. */
  readonly brokenRepositories: readonly { readonly name: string; readonly phase: string; readonly message: string }[];
  /** CSI drivers that have a VolumeSnapshotClass which Velero takes by itself. */
  readonly snapshotDrivers: readonly string[];
  /** Whether the server was started with `--features=EnableCSI`. */
  readonly csiFeature: boolean;
}

/** What is behind a claim. */
export type BackedBy =
  | { readonly kind: 'csi'; readonly driver: string; readonly handle: string }
  | { readonly kind: 'in-tree-ebs'; readonly handle: string }
  | { readonly kind: 'other'; readonly plugin: string };

export interface ScopeClaim {
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  /** Value of the label app.kubernetes.io/component. */
  readonly component: string | null;
  /** Null while the claim is bound to nothing. */
  readonly volume: { readonly name: string; readonly backedBy: BackedBy } | null;
  /** Whether a running pod mounts it: file-system backup reads it through such a pod. */
  readonly mounted: boolean;
}

export interface ScheduleFacts {
  readonly name: string;
  /** Cron expression as Velero takes it, or `@every 6h`. */
  readonly cron: string;
  readonly paused: boolean;
  readonly phase: string;
  readonly namespaces: NamespaceChoice;
  /** Start of the newest completed backup that the schedule made; null for none. */
  readonly lastCompletedAt: string | null;
  /** Since when another backup should have been there; null when it is in time, paused, or its cron cannot be read. */
  readonly overdueSince: string | null;
}

/** As Velero takes it: empty `included` or `*` is every namespace. */
export interface NamespaceChoice {
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

export interface StandingBackup
  extends Pick<
    BackupSummary,
    'name' | 'phase' | 'storageLocation' | 'startedAt' | 'completedAt' | 'expiresAt' | 'errors' | 'warnings'
  > {
  readonly namespaces: NamespaceChoice;
  /** Kinds that it is narrowed to, or a label that it wants; null for neither. Such a backup covers no namespace. */
  readonly narrowedTo: string | null;
}

/** What there is to lose, and what is saved of it. */
export interface BackupStanding {
  readonly namespaces: readonly string[];
  readonly claims: readonly ScopeClaim[];
  readonly schedules: readonly ScheduleFacts[];
  /** Newest first; at most 100. */
  readonly backups: readonly StandingBackup[];
}

export type SavingMethod = 'native-snapshot' | 'csi-snapshot' | 'file-system' | 'none';

/** One volume by the backup's own account of volumes. */
export interface SavedVolume {
  readonly namespace: string;
  readonly claim: string;
  readonly volume: string;
  readonly method: SavingMethod;
  /** Snapshot id of EC2 or of a CSI driver, or id in the file repository. */
  readonly handle: string | null;
  readonly succeeded: boolean;
  /** Why it was left out or failed. */
  readonly reason: string | null;
}

export interface BackupOutcome {
  readonly backup: BackupSummary;
  readonly items: number;
  readonly namespaces: readonly string[];
  /** At most 50 of each; the counts are in `backup`. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly volumes: readonly SavedVolume[];
}

export interface VolumePolicyInput extends VeleroPlace, Holder {
  readonly name: string;
  readonly policy: string;
  /** The resource policy of Velero, YAML or JSON text. */
  readonly text: string;
}

export interface ScheduleInput extends VeleroPlace, Holder {
  readonly name: string;
  readonly policy: string;
  /** Spec of the Schedule; null takes the object away. */
  readonly spec: Readonly<Record<string, unknown>> | null;
}

export type Ensured = 'created' | 'changed' | 'as it was' | 'removed';

export interface BackupActivities {
  readVeleroInstallation(input: VeleroPlace): Promise<VeleroInstallation>;
  readBackupStanding(input: VeleroPlace): Promise<BackupStanding>;
  readSavedVolumes(input: VeleroPlace & Holder & { readonly backup: string }): Promise<readonly SavedVolume[]>;
  ensureVolumePolicy(input: VolumePolicyInput): Promise<{ readonly outcome: Ensured }>;
  ensureBackupSchedule(input: ScheduleInput): Promise<{ readonly outcome: Ensured }>;
  readBackupOutcome(input: VeleroPlace & Holder & { readonly name: string }): Promise<BackupOutcome>;
}
