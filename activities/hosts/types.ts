import type { SnapshotRecord } from '../etcd/snapshot-record.ts';
import type { RaftLog } from './raft-log.ts';
import type { Rewind } from './rewind-keys.ts';
import type { StaticPodName } from './static-pod.ts';

/** Task queue of a host's agent. */
export type HostTaskQueue = `host/${string}/${string}`;

export interface PodFacts {
  readonly name: StaticPodName;
  readonly manifest: 'in-place' | 'parked' | 'missing';
  readonly running: boolean;
}

/** How one member answers; ids are decimal text, since they exceed 2^53. */
export interface MemberStatus {
  readonly endpoint: string;
  readonly memberId: string;
  readonly clusterId: string;
  readonly leaderId: string;
  readonly version: string;
  readonly revision: number;
  readonly raftTerm: number;
  readonly raftIndex: number;
  readonly raftAppliedIndex: number;
  readonly dbBytes: number;
  readonly dbBytesInUse: number;
  readonly learner: boolean;
  /** What the member itself complains about: `memberID:... alarm:CORRUPT`, `etcdserver: no leader`. */
  readonly errors: readonly string[];
}

export interface HostEtcdFacts {
  readonly name: string;
  readonly peerUrl: string;
  readonly clientUrl: string;
  readonly initialCluster: readonly { readonly name: string; readonly peerUrl: string }[];
  /** Version of the member's image. */
  readonly version: string | null;
  /** Version of etcdutl, which makes the data that the member will open. */
  readonly toolVersion: string;
  readonly dataFound: boolean;
  readonly freeBytes: number;
  /** Null when the member does not answer. */
  readonly status: MemberStatus | null;
}

export interface CertificateFacts {
  /** As the manifest names it. */
  readonly file: string;
  /** ISO 8601; null when the file cannot be read. */
  readonly expiresAt: string | null;
  /** Whole days, by the clock of the host. */
  readonly daysLeft: number | null;
  /** What keeps TLS from working with it, as a clause; null where nothing does. */
  readonly problem: string | null;
  /**
   * The name or address by which members and clients reach who shows it, where it does not have that one: they hang up then. Missing where it
   * does, and of an agent of before.
   */
  readonly unnamed?: string;
}

/** What an agent says of its host. */
export interface HostFacts {
  readonly host: string;
  readonly pods: readonly PodFacts[];
  readonly etcd: HostEtcdFacts;
  readonly kubernetesVersion: string | null;
  readonly encryptionKeys: readonly string[];
  readonly serviceAccountKey: string | null;
  /** Those that etcd, its clients and the API server use. An agent of before tells none. */
  readonly certificates?: readonly CertificateFacts[];
  /** What keeps the host from a restore, one sentence each. */
  readonly problems: readonly string[];
}

export interface EtcdMember {
  readonly id: string;
  readonly name: string;
  readonly peerUrl: string;
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
}

export interface EtcdAlarm {
  /** `0` where etcd could not tell whose it is. */
  readonly memberId: string;
  /** NOSPACE or CORRUPT. */
  readonly alarm: string;
}

/** The cluster as one host sees it. */
export interface EtcdClusterFacts {
  readonly members: readonly EtcdMember[];
  readonly statuses: readonly MemberStatus[];
  /** Endpoints that gave no status. */
  readonly silent: readonly string[];
  readonly alarms: readonly EtcdAlarm[];
  /** Hash of the keys by endpoint, all at one revision. */
  readonly hashes: readonly { readonly endpoint: string; readonly hash: number; readonly compactRevision: number }[];
  readonly hashRevision: number | null;
  /** Questions that ran out of their time or failed although somebody was there to answer: their empty lists say nothing. */
  readonly unanswered?: readonly ('members' | 'alarms')[];
}

/** Counts by duration, as Prometheus has them: each bucket counts all calls that took at most so long. */
export interface Histogram {
  readonly count: number;
  readonly buckets: readonly { readonly upToMs: number; readonly count: number }[];
}

/** How long a member waited for its disk during some seconds. */
export interface EtcdDisk {
  /** False: etcd runs without fsync, so nothing can be said of its disk. */
  readonly syncs: boolean;
  readonly seconds: number;
  readonly walFsync: Histogram;
  readonly backendCommit: Histogram;
  /** Since the start of the member. */
  readonly leaderChanges: number;
  /** Since the start of the member: applies that took longer than etcd expects (100 ms). */
  readonly slowApplies: number;
}

export interface MeasureDiskInput {
  /** So many syncs of the log are enough to judge by. */
  readonly enoughSyncs: number;
  readonly limitSeconds: number;
}

/** Why it is certain that a static pod does not run. */
export interface StopProof {
  readonly pod: StaticPodName;
  /** Ids of its containers, none of them running, as the runtime tells. */
  readonly exitedContainers: readonly string[];
  readonly closedPorts: readonly string[];
  readonly provedAt: string;
}

export interface SnapshotAddress {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
}

export interface CheckSnapshotInput extends SnapshotAddress {
  /** A restore comes next: the checked file stays on the host for `readEtcdRewind` and `prepareEtcdData`. Default false. */
  readonly keep?: boolean;
}

export interface Identity {
  readonly recoveryId: string;
  readonly workflowId: string;
}

export interface TakeSnapshotInput extends Identity {
  readonly region: string;
  readonly bucket: string;
  /** Days for which nobody can delete the object; 0 for no lock. */
  readonly lockDays: number;
}

export interface PrepareDataInput extends Identity {
  readonly snapshot: SnapshotAddress;
  /** The digest that the plan was made with. */
  readonly sha256: string;
  readonly initialCluster: readonly { readonly name: string; readonly peerUrl: string }[];
  /** Where the token of this attempt lies; it goes from there to the host, and nowhere else. */
  readonly tokenKey: string;
  readonly bumpRevision: number;
}

export interface PreparedData {
  readonly bytes: number;
  /** Names the token without telling it. */
  readonly tokenDigest: string;
  readonly seconds: number;
}

/** A data folder as it can be told from another one: the inode survives a rename, and only a rename. */
export interface DataFolder {
  readonly path: string;
  readonly inode: number;
  readonly bytes: number;
}

export interface SwappedData {
  /** Null when the host had no data. */
  readonly before: DataFolder | null;
  readonly now: DataFolder;
}

export interface StopPodsInput extends PodsInput {
  /** What still runs after so many seconds is ended by the runtime; absent: it has the kubelet's own time, half a minute by default. */
  readonly graceSeconds?: number;
}

export interface PodsInput {
  readonly pods: readonly StaticPodName[];
  readonly limitSeconds: number;
}

export interface StartPodsInput extends PodsInput {
  /** False: only put the manifests back, for a pod that may be as broken as it was. */
  readonly untilListening: boolean;
}

export interface SavedHostFiles {
  readonly uri: string;
  readonly sha256: string;
  readonly files: number;
  /** False where no codec key encrypts: then private keys are left out. */
  readonly withPrivateKeys: boolean;
}

export interface HealthyEtcdInput {
  /** Client URL of each member. */
  readonly endpoints: readonly string[];
  readonly members: readonly string[];
  readonly minimumRevision: number;
  readonly limitSeconds: number;
  /** Clears alarms that came with the data: they name no member of this cluster, and keep everybody from writing. */
  readonly clearLeftAlarms?: boolean;
}

export interface HealthyEtcd extends EtcdClusterFacts {
  /** An agent of before tells none. */
  readonly clearedAlarms?: readonly EtcdAlarm[];
}

export interface RemoveMemberInput {
  /** Client URLs of members that are healthy. */
  readonly endpoints: readonly string[];
  readonly memberId: string;
  /** A voter of that id stays. */
  readonly onlyLearner: boolean;
}

export interface AddLearnerInput {
  readonly endpoints: readonly string[];
  readonly name: string;
  readonly peerUrl: string;
}

export interface AddedLearner {
  readonly memberId: string;
  /** False: it was promoted already. */
  readonly learner: boolean;
  /** Every member, as the new one must name them. */
  readonly initialCluster: readonly { readonly name: string; readonly peerUrl: string }[];
}

export interface PromoteInput {
  /** Client URLs of the healthy members and of the learner. */
  readonly endpoints: readonly string[];
  readonly memberId: string;
  readonly limitSeconds: number;
}

export interface DisarmInput {
  readonly endpoints: readonly string[];
  /** Members whose alarm CORRUPT has no cause any more, since they are gone. */
  readonly memberIds: readonly string[];
}

export interface JoinInput {
  readonly recoveryId: string;
  readonly initialCluster: readonly { readonly name: string; readonly peerUrl: string }[];
}

/** What a member's data directory would come up with, read from its own log. */
export interface SurvivingData extends RaftLog {
  readonly member: string;
}

export interface ReadRewindInput {
  readonly snapshot: SnapshotAddress;
  readonly sha256: string;
  /** Client URLs of the members that answer; empty where none does. */
  readonly endpoints: readonly string[];
  /** Compares with the data that this recovery moved aside on the host, and not with what there is now. */
  readonly movedAsideBy?: string;
}

/** Names here are Temporal activity types; all are done by the agent of a control-plane host. */
export interface HostActivities {
  readHostFacts(): Promise<HostFacts>;
  readEtcdCluster(input: { readonly endpoints: readonly string[] }): Promise<EtcdClusterFacts>;
  measureEtcdDisk(input: MeasureDiskInput): Promise<EtcdDisk | null>;
  checkEtcdSnapshot(input: CheckSnapshotInput): Promise<SnapshotRecord>;
  takeEtcdSnapshot(input: TakeSnapshotInput): Promise<SnapshotRecord>;
  saveHostFiles(input: Identity & { readonly region: string; readonly bucket: string }): Promise<SavedHostFiles>;
  readSurvivingData(): Promise<SurvivingData | null>;
  startSurvivor(input: { readonly recoveryId: string }): Promise<string>;
  endSurvivor(input: { readonly recoveryId: string }): Promise<string>;
  readEtcdRewind(input: ReadRewindInput): Promise<Rewind | null>;
  prepareEtcdData(input: PrepareDataInput): Promise<PreparedData>;
  dropPreparedData(input: { readonly recoveryId: string }): Promise<string>;
  stopStaticPods(input: StopPodsInput): Promise<readonly StopProof[]>;
  proveStopped(input: { readonly pods: readonly StaticPodName[] }): Promise<readonly StopProof[]>;
  swapEtcdData(input: { readonly recoveryId: string }): Promise<SwappedData>;
  putBackEtcdData(input: { readonly recoveryId: string }): Promise<string>;
  setAsideEtcdData(input: { readonly recoveryId: string }): Promise<DataFolder | null>;
  removeEtcdMember(input: RemoveMemberInput): Promise<string>;
  addEtcdLearner(input: AddLearnerInput): Promise<AddedLearner>;
  joinEtcdCluster(input: JoinInput): Promise<string>;
  promoteEtcdLearner(input: PromoteInput): Promise<string>;
  disarmCorruptAlarm(input: DisarmInput): Promise<string>;
  startStaticPods(input: StartPodsInput): Promise<string>;
  waitEtcdHealthy(input: HealthyEtcdInput): Promise<HealthyEtcd>;
  waitApiServerReady(input: { readonly limitSeconds: number }): Promise<string>;
}
