import type { RecoveryResult } from '../recovery/result.ts';

/** One control-plane host and its member. */
export interface RestoreHost {
  readonly host: string;
  readonly member: string;
  readonly peerUrl: string;
  readonly clientUrl: string;
}

interface CommonWork {
  readonly cluster: string;
  readonly region: string;
  readonly artefactBucket: string;
  /** Every control-plane host that takes part. */
  readonly hosts: readonly RestoreHost[];
}

/** All members go back to one snapshot. */
export interface SnapshotWork extends CommonWork {
  readonly remedy: 'restore-all';
  /** Null: it is taken from the survivor first. */
  readonly snapshot: SnapshotSource | null;
  readonly survivor: Survivor | null;
  /** Hosts that do not answer: proved stopped by EC2, and no members of the restored cluster. */
  readonly fenced: readonly FencedHost[];
  /** Asked for whatever the state of etcd: then it is not looked at again before everything is stopped. */
  readonly forced: boolean;
  /** Added to the revision of the snapshot, so that no watch continues from a revision that never was. */
  readonly bumpRevision: number;
}

export interface SnapshotSource {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string;
  readonly revision: number;
  readonly serviceAccountKey: string | null;
}

/** The host whose data goes furthest, where no snapshot serves. */
export interface Survivor {
  readonly host: string;
  readonly commitIndex: number;
  /** Bucket that takes the snapshot of it. */
  readonly bucket: string;
}

export interface FencedHost {
  readonly host: string;
  readonly instanceId: string;
  /** EC2 said that it does not run, so that nobody has to be asked. */
  readonly off: boolean;
}

/** A minority joins anew, one after another; the others hold the quorum all the time. */
export interface ReplaceWork extends CommonWork {
  readonly remedy: 'replace-members';
  readonly clusterId: string;
  readonly broken: readonly BrokenHost[];
}

export interface BrokenHost extends RestoreHost {
  /** Id under which the member is in the list; null: it is not in it. */
  readonly memberId: string | null;
}

/** etcd is left alone: the critical namespaces come back from a Velero backup. */
export interface VeleroWork {
  readonly remedy: 'velero';
  readonly cluster: string;
  readonly waves: readonly VeleroWave[];
  /** Critical namespaces that no backup holds. */
  readonly missing: readonly string[];
}

export interface VeleroWave {
  readonly id: string;
  readonly namespaces: readonly string[];
  /** By name: a backup that is taken while the first kinds are back already must not be taken for the newest whole one. */
  readonly backup: string;
  /** Null: all kinds. */
  readonly resources: readonly string[] | null;
}

/** All that the steps need; JSON, and stable while the plan waits for its approval. */
export type RestoreWork = SnapshotWork | ReplaceWork | VeleroWork;

/** A remedy that works on the hosts. */
export type HostsWork = Exclude<RestoreWork, VeleroWork>;

export interface EndedWave {
  readonly status: RecoveryResult['status'];
  readonly detail: string;
  /** The backup holds nothing of what the wave asks for. */
  readonly nothing: boolean;
}

/** What the steps learn. */
export interface RestoreMemory {
  /** Where the token of this attempt lies, and its digest; the token itself is nowhere in a history. */
  tokenKey: string | null;
  tokenDigest: string | null;
  /** What was taken from the survivor. */
  snapshot: SnapshotSource | null;
  /** Where each host keeps its old data. */
  before: Record<string, string | null>;
  /** Ids of the members that joined, by host. */
  joined: Record<string, string>;
  /** How the restore of each wave of namespaces ended. */
  waves: Record<string, EndedWave>;
}

/** What the members are made from. Throws while the snapshot of the survivor is still to be taken. */
export function sourceOf(work: SnapshotWork, memory: RestoreMemory): SnapshotSource {
  const source = work.snapshot ?? memory.snapshot;
  if (source === null) throw new Error('the survivor has given no snapshot yet');
  return source;
}
