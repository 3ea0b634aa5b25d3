import type { DeadWebhook, ModifierRule, StoredList } from '../../activities/restores/types.ts';

/** Namespaces that come back together, by one Velero Restore. */
export interface RestoreWave {
  /** Of the inventory; null: of no named priority. */
  readonly priority: number | null;
  /** As the backup has them; null: everything of the backup, cluster-scoped objects included. */
  readonly namespaces: readonly string[] | null;
  /** Objects that the plan creates or changes in them. */
  readonly changes: number;
  /**
   * `volumes`: claims and volume objects alone, which are created where they are missing and never changed; `rest`: everything else.
   * Absent: both together.
   */
  readonly part?: 'volumes' | 'rest';
}

/** All that the steps need; JSON, and stable while the plan waits for its approval. */
export interface RestoreWork {
  readonly cluster: string;
  readonly region: string;
  readonly artefactBucket: string;
  readonly veleroNamespace: string;
  readonly backup: string;
  readonly waves: readonly RestoreWave[];
  readonly includedResources: readonly string[] | null;
  readonly excludedResources: readonly string[];
  readonly labelSelector: object | null;
  readonly namespaceMapping: Readonly<Record<string, string>>;
  readonly existing: 'keep' | 'update' | 'recreate';
  readonly modifiers: readonly ModifierRule[];
  /** What is done with every object, on S3. */
  readonly list: StoredList;
  readonly recreated: number;
  readonly webhooks: readonly DeadWebhook[];
  /** Namespaces as they are called in the cluster; null: the whole cluster. */
  readonly targets: readonly string[] | null;
  readonly claimsWithData: number;
  /** Claims that come back empty, and errors of the backup itself: known before, and a problem afterwards all the same. */
  readonly emptyClaims: readonly string[];
  readonly backupErrors: readonly string[];
}

/** What the steps learn. */
export interface RestoreMemory {
  /** Attempts made by wave, from 1. */
  attempts: number[];
  /** Restores in the order in which they were made. */
  restores: string[];
  saved: StoredList | null;
  judgement: import('../../activities/restores/types.ts').Judgement | null;
}
