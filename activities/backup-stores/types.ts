import type { Holder } from '../kubernetes/marks.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../kubernetes/objects.ts';
import type { FoundBackup, ModifierRule, RestoreSurvey, SurveyInput } from '../restores/types.ts';
import type { VeleroPlace } from '../velero/types.ts';

/** Where a cluster's Velero keeps its backups. */
export interface BackupStore {
  readonly region: string;
  readonly bucket: string;
}

export interface FindStoredInput {
  readonly store: BackupStore;
  /** `latest` or a name. */
  readonly backup: string;
  readonly namespaces: readonly string[] | null;
}

export interface FoundStoredBackup extends FoundBackup {
  /** Version of the cluster that was backed up, `v1.36.3`; null where the backup does not say. */
  readonly sourceVersion: string | null;
}

/** What is changed on the way, so that nothing acts twice while both clusters live. */
export interface Neutralising {
  /** CronJobs suspended, load balancers and ingresses without a controller, no DNS record. */
  readonly outward: boolean;
  /** `zero`: Deployments and StatefulSets come back with no replica. */
  readonly replicas: 'keep' | 'zero';
  /** From the class in the backup to that of the target. */
  readonly storageClasses: Readonly<Record<string, string>>;
  /** From the zone in the backup to that of the target. */
  readonly zones: Readonly<Record<string, string>>;
}

export interface NamespaceOfClaims {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A volume that the recovery makes by itself, because Velero would make it in the zone of the source. */
export interface MovedVolume {
  readonly snapshotId: string;
  /** Of the former volume: `gp3`. */
  readonly type: string;
  readonly iops: number | null;
  readonly fromZone: string;
  readonly zone: string;
  /** As the backup has them, with the storage class of the target. */
  readonly volume: PersistentVolume;
  readonly claim: PersistentVolumeClaim;
  readonly namespace: NamespaceOfClaims;
}

export interface SurveyStoredInput extends Omit<SurveyInput, 'modifiers'> {
  readonly store: BackupStore;
  readonly neutralising: Neutralising;
  readonly modifiers: readonly ModifierRule[];
}

export interface StoredSurvey extends RestoreSurvey {
  /** Rules of the input, then those that neutralise. */
  readonly rules: readonly ModifierRule[];
  /** Up to 50 objects that are neutralised: `CronJob production/report: suspended`. */
  readonly neutralised: readonly string[];
  readonly neutralisedCount: number;
  /** Claims whose volume object would name the source's own volume: both clusters would write to it. */
  readonly sharedVolumes: readonly string[];
  /** At most 50; how many they really are is in `movedVolumeCount`. */
  readonly movedVolumes: readonly MovedVolume[];
  readonly movedVolumeCount: number;
  /** Up to 50 workloads that are sent to another zone. */
  readonly movedWorkloads: readonly string[];
  /** Up to 50 workloads that ask for zones, after the mapping, of which none has a node: `Deployment shop/web asks for us-east-1d`. */
  readonly unplacedWorkloads: readonly string[];
}

export interface TargetFacts {
  /** Version of the newest kubelet; null without nodes. */
  readonly version: string | null;
  /** Where a Backup of that name in the target comes from, by its storage location; null when there is none. */
  readonly backupFrom: string | null;
}

export interface LocationInput extends VeleroPlace, Holder {
  readonly name: string;
  readonly store: BackupStore;
  /** Secret in Velero's namespace of the target with rights to read the bucket; null: those of Velero itself. */
  readonly credential: { readonly secret: string; readonly key: string } | null;
}

export interface NeutralisedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface BackupStoreActivities {
  findStoredBackup(input: FindStoredInput): Promise<FoundStoredBackup>;
  surveyStoredBackup(input: SurveyStoredInput): Promise<StoredSurvey>;
  readTarget(input: VeleroPlace & { readonly backup: string }): Promise<TargetFacts>;
  ensureReadOnlyLocation(input: LocationInput): Promise<'created' | 'as it was'>;
  ensureNamespace(
    input: Holder & { readonly cluster: string; readonly namespace: NamespaceOfClaims },
  ): Promise<'created' | 'as it was'>;
  removeReadOnlyLocation(input: LocationInput): Promise<string>;
  waitBackupSynced(
    input: VeleroPlace & { readonly name: string; readonly backup: string; readonly limitSeconds: number },
  ): Promise<{ readonly uid: string }>;
  listNeutralised(input: {
    readonly cluster: string;
    readonly namespaces: readonly string[] | null;
  }): Promise<readonly NeutralisedObject[]>;
  promoteNeutralised(
    input: Holder & { readonly cluster: string; readonly objects: readonly NeutralisedObject[] },
  ): Promise<{ readonly promoted: number; readonly gone: readonly string[] }>;
}
