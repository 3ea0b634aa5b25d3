import type { Holder } from '../kubernetes/marks.ts';
import type { BackupSummary, RestoreSummary, VeleroPlace } from '../velero/types.ts';
import type { LabelSelector } from './label-selector.ts';

/**
 * What a restore does with one object.
 *
 * - `create`   it is not there
 * - `same`     it is there as it was saved; nothing is done
 * - `update`   it differs, the policy says so, and the API accepts the change
 * - `recreate` it differs in a field that cannot be changed: it is saved, deleted and created
 * - `keep`     it differs and stays as it is, by the policy
 * - `conflict` it differs, was to be changed, and cannot be
 * - `unserved` the cluster does not know its kind
 * - `leave`    not restored on purpose: controllers make it, it is finished, or it means nothing elsewhere
 */
export const plannedActions = [
  'create',
  'same',
  'update',
  'recreate',
  'keep',
  'conflict',
  'unserved',
  'leave',
] as const;
export type PlannedAction = (typeof plannedActions)[number];

export interface PlannedObject {
  /** As Velero names it: `deployments.apps`. */
  readonly resource: string;
  readonly kind: string;
  /** As the backup has it; null for cluster-scoped kinds. */
  readonly from: string | null;
  /** As it is called in the cluster. */
  readonly namespace: string | null;
  readonly name: string;
  readonly action: PlannedAction;
  /** Why, where the action does not say it; never a value of a field. */
  readonly why?: string;
  /** Paths of the fields that differ, at most ten. */
  readonly differs?: readonly string[];
}

/** A list of objects on S3, since a history takes 2 MiB a message. */
export interface StoredList {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
  readonly objects: number;
}

/** Where a run keeps its lists. */
export interface ListPlace {
  readonly region: string;
  readonly bucket: string;
}

export interface RestoreSelectionInput {
  /** As the backup has them; null: all. */
  readonly namespaces: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly selector: string | null;
  readonly namespaceMapping: Readonly<Record<string, string>>;
  readonly existing: 'keep' | 'update' | 'recreate';
  readonly modifiers: readonly ModifierRule[];
}

/** A rule of Velero's resource modifiers, in the parts that decide what it matches; the rest travels along. */
export interface ModifierRule {
  readonly conditions: {
    readonly groupResource: string;
    readonly namespaces?: readonly string[];
    readonly resourceNameRegex?: string;
    readonly labelSelector?: LabelSelector;
  };
  readonly [field: string]: unknown;
}

export interface SurveyInput extends VeleroPlace, Holder, RestoreSelectionInput {
  readonly backup: string;
  /** From the zone of a volume in the backup to that of its new volume; default none. */
  readonly zones?: Readonly<Record<string, string>>;
  readonly lists: ListPlace;
}

export interface NamespaceState {
  readonly from: string;
  readonly name: string;
  readonly state: 'absent' | 'active' | 'terminating';
  /** What keeps a terminating namespace, in the API's words. */
  readonly held: readonly string[];
  /** Objects that are created, updated or recreated in it. */
  readonly changes: number;
}

/** A webhook that must answer for objects of the restore and whose backend is not there. */
export interface DeadWebhook {
  readonly kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  readonly configuration: string;
  readonly webhook: string;
  /** `service system/policy has no endpoint`. */
  readonly why: string;
}

export interface ClaimFinding {
  readonly claim: string;
  readonly code: 'no-data' | 'no-storage-class' | 'zone-without-nodes' | 'volume-released';
  readonly detail: string;
  /** It goes by itself: a released volume object whose policy is Delete, once its volume is detached and deleted. */
  readonly leaving?: boolean;
}

/** Everything of a restore that can be known before it: bounded in size, with the objects themselves in `list`. */
export interface RestoreSurvey {
  readonly backup: BackupSummary;
  /** Errors of the backup itself, at most 20. */
  readonly backupErrors: readonly string[];
  readonly counts: Readonly<Record<PlannedAction, number>>;
  /** Up to ten objects of each action, by `Deployment production/web`, with why or what differs. */
  readonly samples: Readonly<Record<PlannedAction, readonly string[]>>;
  readonly list: StoredList;
  readonly namespaces: readonly NamespaceState[];
  /** Kinds that the Restore must not touch, as Velero names them. */
  readonly excludedResources: readonly string[];
  /** The kinds that were asked for, by their full names; null: all. */
  readonly includedResources: readonly string[] | null;
  readonly labelSelector: LabelSelector | null;
  readonly unservedKinds: readonly string[];
  readonly webhooks: readonly DeadWebhook[];
  /** At most 50. */
  readonly claims: readonly ClaimFinding[];
  /** Claims that come back with data of the backup. */
  readonly claimsWithData: number;
}

export interface FindBackupInput extends VeleroPlace {
  /** `latest` or a name. */
  readonly backup: string;
  readonly namespaces: readonly string[] | null;
}

export interface FoundBackup {
  readonly backup: BackupSummary | null;
  /** Newer ones that were passed over, with the reason, at most ten; for a name that is not there, the names that are. */
  readonly others: readonly string[];
}

export interface WatchRestoreInput extends VeleroPlace {
  readonly name: string;
  /** Items that were seen restored; null at the first look. */
  readonly seen: number | null;
  readonly limitSeconds: number;
}

export interface RestoreProgress extends RestoreSummary {
  readonly itemsRestored: number;
}

export interface HoldWebhooksInput extends Holder {
  readonly cluster: string;
  readonly webhooks: readonly DeadWebhook[];
}

export interface ListedObjectsInput extends Holder {
  readonly cluster: string;
  readonly lists: ListPlace;
  readonly list: StoredList;
}

export interface PutModifiersInput extends VeleroPlace, Holder {
  readonly name: string;
  readonly rules: readonly ModifierRule[];
}

export interface SettleRestoreInput extends VeleroPlace, Holder {
  /** Restores of this recovery, in the order in which they were made. */
  readonly names: readonly string[];
  readonly lists: ListPlace;
  readonly limitSeconds: number;
}

export interface SettledRestores {
  /** Those that had not begun and were taken away. */
  readonly withdrawn: readonly string[];
  /** Those that still run: Velero knows no cancel. */
  readonly running: readonly string[];
  readonly created: number;
  readonly samples: readonly string[];
  readonly list: StoredList | null;
}

export interface JudgeInput extends ListedObjectsInput, VeleroPlace {
  readonly restores: readonly string[];
  readonly backup: string;
  readonly modifiers: readonly ModifierRule[];
}

/** An object that is not as the plan wanted it. */
export interface FailedObject {
  readonly object: string;
  readonly reason: string;
  readonly next: string;
}

export interface Judgement {
  readonly restored: number;
  readonly asSaved: number;
  readonly left: number;
  readonly failed: number;
  /** At most 50; all of them are in `list`. */
  readonly failures: readonly FailedObject[];
  /** What Velero said about nothing that was planned, at most 20. */
  readonly otherMessages: readonly string[];
  readonly list: StoredList | null;
}

export interface ReadinessInput {
  readonly cluster: string;
  readonly lists: ListPlace;
  readonly list: StoredList;
  readonly limitSeconds: number;
}

export interface Readiness {
  readonly claims: { readonly bound: number; readonly missing: readonly string[] };
  readonly workloads: { readonly ready: number; readonly missing: readonly string[] };
  /** Pods that run a database which can be checked, at most ten. */
  readonly databases: readonly { readonly namespace: string; readonly pod: string; readonly container: string }[];
}

/** Names here are Temporal activity types. */
export interface RestoreActivities {
  findBackup(input: FindBackupInput): Promise<FoundBackup>;
  surveyRestore(input: SurveyInput): Promise<RestoreSurvey>;
  holdWebhooks(input: HoldWebhooksInput): Promise<string>;
  releaseWebhooks(input: HoldWebhooksInput): Promise<string>;
  saveReplaced(input: ListedObjectsInput): Promise<StoredList>;
  removeReplaced(input: ListedObjectsInput & { readonly saved: StoredList }): Promise<string>;
  putBackReplaced(input: ListedObjectsInput & { readonly saved: StoredList | null }): Promise<string>;
  putResourceModifiers(input: PutModifiersInput): Promise<string>;
  removeResourceModifiers(input: PutModifiersInput): Promise<string>;
  watchRestore(input: WatchRestoreInput): Promise<RestoreProgress>;
  settleRestores(input: SettleRestoreInput): Promise<SettledRestores>;
  judgeRestored(input: JudgeInput): Promise<Judgement>;
  waitRestoredReady(input: ReadinessInput): Promise<Readiness>;
}
