import type { Machine } from '../autoscaling/port.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

/** A cluster's control plane as the inventory has it. */
export interface ControlPlane {
  readonly kind: 'self-managed' | 'eks';
  readonly region: string;
  /** Null when the inventory names no bucket for etcd. */
  readonly bucket: string | null;
  readonly hosts: readonly string[];
  /** EC2 instances by host, as far as the inventory names them. */
  readonly instances: Readonly<Record<string, string>>;
  /** Namespaces that come back first, by priority. */
  readonly criticalNamespaces: readonly { readonly name: string; readonly priority: number }[];
}

export interface SnapshotsOfCluster {
  readonly region: string;
  readonly bucket: string;
  readonly cluster: string;
}

export interface ListedSnapshots {
  /** Newest first, at most 50. */
  readonly records: readonly SnapshotRecord[];
  /** Keys whose record is missing or cannot be read. */
  readonly unusable: readonly string[];
}

export interface MakeTokenInput extends SnapshotsOfCluster {
  readonly recoveryId: string;
  readonly attempt: number;
}

export interface MadeToken {
  readonly tokenKey: string;
  /** Names the token without telling it. */
  readonly tokenDigest: string;
}

export interface PruneInput extends SnapshotsOfCluster {
  /** So many of the newest are kept, whatever their age. */
  readonly keepCount: number;
  /** Younger ones are kept, however many there are. */
  readonly keepDays: number;
}

export interface ApiFinding {
  readonly target: string;
  readonly outcome: 'proved' | 'disproved';
  readonly detail: string;
  readonly source: string;
}

export interface CheckApiInput {
  readonly cluster: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  /** A revision from which no watch may go on; null: none was rewound. */
  readonly staleRevision: number | null;
}

/** Names of objects that a return to a snapshot takes away or brings back. */
export interface CloudRewindInput {
  readonly cluster: string;
  readonly region: string;
  readonly lostVolumes: readonly string[];
  readonly returningVolumes: readonly string[];
  readonly lostNodes: readonly string[];
  readonly returningNodes: readonly string[];
}

/** A control-plane host that does not answer, and its machine. */
export interface HostMachine {
  readonly host: string;
  readonly instanceId: string;
}

export interface FenceInput {
  readonly region: string;
  readonly machines: readonly HostMachine[];
  /** Ids of those that were off when the plan was made, so that nobody was asked whether they may be stopped. */
  readonly offBefore?: readonly string[];
  readonly recoveryId: string;
  readonly workflowId: string;
  readonly limitSeconds: number;
}

/** Names here are Temporal activity types. */
export interface EtcdActivities {
  readControlPlane(input: { readonly cluster: string }): Promise<ControlPlane>;
  listEtcdSnapshots(input: SnapshotsOfCluster): Promise<ListedSnapshots>;
  makeRestoreToken(input: MakeTokenInput): Promise<MadeToken>;
  pruneEtcdSnapshots(input: PruneInput): Promise<{ readonly removed: readonly string[]; readonly kept: number }>;
  readHostMachines(input: {
    readonly region: string;
    readonly instanceIds: readonly string[];
  }): Promise<readonly Machine[]>;
  fenceHosts(input: FenceInput): Promise<string>;
  proveFenced(input: Pick<FenceInput, 'region' | 'machines'>): Promise<string>;
  unfenceHosts(input: FenceInput): Promise<string>;
  readCloudRewind(input: CloudRewindInput): Promise<readonly string[]>;
  checkClusterApi(input: CheckApiInput): Promise<readonly ApiFinding[]>;
}
