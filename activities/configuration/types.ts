import type { Holder } from '../kubernetes/marks.ts';

/** What the inventory says of the configuration backup of a cluster. */
export interface ConfigBackupSettings {
  /** age recipients; empty: none is configured. */
  readonly recipients: readonly string[];
  /** Whether the worker has an identity file, so that it can open an archive itself. */
  readonly canOpen: boolean;
  readonly keepCount: number;
}

export interface ConfigPlace extends Holder {
  readonly cluster: string;
  readonly region: string;
  readonly bucket: string;
}

/** Objects that differ between two backups, by `Role production/reader`; of a Secret also which keys, never a value. */
export interface ConfigDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface DiffSummary {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** At most 20, such as `~ Role production/reader`. */
  readonly samples: readonly string[];
}

/** One archive, as histories and reports show it. */
export interface ArchiveSummary {
  readonly key: string;
  readonly takenAt: string;
  /** HMAC-SHA256 of the plain text with the codec key `keyId`, hex: equal for equal content, and it tells nothing of it. */
  readonly digest: string;
  readonly keyId: string;
  readonly bytes: number;
  /** Objects by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** Kinds that the cluster does not serve. */
  readonly skipped: readonly string[];
}

export interface SurveyedConfig {
  readonly counts: Readonly<Record<string, number>>;
  readonly skipped: readonly string[];
  /** Newest first, at most 20. */
  readonly archives: readonly ArchiveSummary[];
}

export interface SaveConfigInput extends ConfigPlace {
  /** Tells the archives of one run apart. */
  readonly part: 'backup' | 'before-restore';
}

export interface SavedConfig extends ArchiveSummary {
  /** Against the archive before this one; null for the first. */
  readonly diff: DiffSummary | null;
}

export interface CheckedArchive {
  /** The stored bytes are those of the record. */
  readonly stored: boolean;
  /** The plain text is that of the record; null where the worker has no identity to open it. */
  readonly content: boolean | null;
  readonly detail: string;
}

export interface ConfigRestoreInput extends ConfigPlace {
  readonly archive: string;
  /** `ClusterRoleBinding`; null: all kinds of the archive. */
  readonly kinds: readonly string[] | null;
}

export interface ConfigRestorePlan {
  readonly counts: {
    readonly create: number;
    readonly change: number;
    readonly same: number;
    readonly refused: number;
  };
  /** At most 50 lines such as `ClusterRole reader (rules)`. */
  readonly samples: readonly string[];
  /** At most 20, with the reason. */
  readonly refused: readonly string[];
  /** Over all lines; equal plans have the same. */
  readonly sha256: string;
}

export interface ConfigurationActivities {
  readConfigSettings(input: { readonly cluster: string }): Promise<ConfigBackupSettings>;
  surveyConfig(input: ConfigPlace): Promise<SurveyedConfig>;
  saveConfig(input: SaveConfigInput): Promise<SavedConfig>;
  checkConfigArchive(input: ConfigPlace & { readonly archive: string }): Promise<CheckedArchive>;
  pruneConfigArchives(input: ConfigPlace): Promise<string>;
  planConfigRestore(input: ConfigRestoreInput): Promise<ConfigRestorePlan>;
  applyConfig(input: ConfigRestoreInput): Promise<ConfigRestorePlan>;
}
