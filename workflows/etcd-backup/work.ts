/** All that the steps need; JSON. */
export interface BackupWork {
  readonly cluster: string;
  readonly region: string;
  readonly bucket: string;
  readonly host: string;
  readonly member: string;
  readonly lockDays: number;
  readonly keepCount: number;
  readonly keepDays: number;
  /** Keys in the newest snapshot of the same cluster; a new one with far fewer is a problem to be told. */
  readonly formerKeys: number | null;
}

/** What the steps learn. */
export interface BackupMemory {
  key: string | null;
  revision: number | null;
  totalKeys: number | null;
}
