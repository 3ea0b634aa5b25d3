import type { Holder } from '../kubernetes/marks.ts';

/** Where a Velero is: the cluster of the inventory, and the namespace that it is installed in. */
export interface VeleroPlace {
  readonly cluster: string;
  readonly veleroNamespace: string;
}

/** `ended` alone is terminal; `unknown` is a phase that this version does not know, and is waited out like `running`. */
export type RunStanding = 'running' | 'ended' | 'unknown';

export interface BackupSummary {
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly standing: RunStanding;
  readonly storageLocation: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly expiresAt: string | null;
  /** Velero's own count of errors and warnings. */
  readonly errors: number;
  readonly warnings: number;
  readonly hooksFailed: number;
  readonly failureReason: string | null;
  /** A server that started anew gave it up: the same request may succeed under another name. */
  readonly abandoned: boolean;
  readonly volumeSnapshots: { readonly attempted: number; readonly completed: number };
}

export interface RestoreSummary {
  readonly name: string;
  readonly uid: string;
  readonly backup: string;
  readonly phase: string;
  readonly standing: RunStanding;
  readonly errors: number;
  readonly warnings: number;
  readonly hooksFailed: number;
  readonly failureReason: string | null;
  /** A server that started anew gave it up: the same request may succeed under another name. */
  readonly abandoned: boolean;
}

export interface StorageLocationSummary {
  readonly name: string;
  /** Name of the plugin, such as `aws`. */
  readonly provider: string;
  readonly isDefault: boolean;
  readonly phase: string;
  readonly accessMode: string;
  readonly bucket: string;
  readonly prefix: string;
  /** Seconds since Velero looked last; null when it never did. */
  readonly validatedSecondsAgo: number | null;
  /** Available, and looked at lately: `Available` alone stays when the server has died. */
  readonly usable: boolean;
  readonly message: string | null;
}

export interface VeleroHealth {
  /** Null when no server answered within the limit. */
  readonly server: { readonly version: string; readonly plugins: readonly string[] } | null;
  readonly locations: readonly StorageLocationSummary[];
}

/** `apps/v1/Deployment` and the object's name, with its namespace where it has one. */
export interface BackedUpItem {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
}

export interface CreateRunInput extends VeleroPlace, Holder {
  /** Made from the recovery's id and the attempt, so that a repeat finds its own object. */
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface WaitRunInput extends VeleroPlace {
  readonly name: string;
  readonly limitSeconds: number;
}

export interface ReadFilesInput extends VeleroPlace, Holder {
  readonly name: string;
}

export interface VeleroActivities {
  readVeleroHealth(input: VeleroPlace & Holder & { readonly limitSeconds: number }): Promise<VeleroHealth>;
  createBackup(input: CreateRunInput): Promise<{ readonly uid: string; readonly alreadyThere: boolean }>;
  waitBackup(input: WaitRunInput): Promise<BackupSummary>;
  createRestore(input: CreateRunInput): Promise<{ readonly uid: string; readonly alreadyThere: boolean }>;
}
