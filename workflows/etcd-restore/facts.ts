import type { Machine } from '../../activities/autoscaling/port.ts';
import type { SnapshotRecord } from '../../activities/etcd/snapshot-record.ts';
import type { ControlPlane, ListedSnapshots } from '../../activities/etcd/types.ts';
import type { Rewind } from '../../activities/hosts/rewind-keys.ts';
import type { EtcdClusterFacts, HostFacts, SurvivingData } from '../../activities/hosts/types.ts';
import type { FoundBackup } from '../../activities/restores/types.ts';
import type { Code } from '../../errors/codes.ts';
import type { SeenDisk } from './slow-disks.ts';

export function machineOf(
  { instances }: Pick<ControlPlane, 'instances'>,
  machines: readonly Machine[],
  host: string,
): Machine | undefined {
  return machines.find(({ instanceId }) => instanceId === instances[host]);
}

/** By EC2's word. */
export function runsNoMore(machine: Machine | undefined): boolean {
  return machine?.state === 'stopped' || machine?.state === 'terminated';
}

/** A host as its agent told it, or why there is no word from it. */
export type SeenHost =
  | { readonly host: string; readonly facts: HostFacts }
  | { readonly host: string; readonly facts: null; readonly why: string };

/** The chosen snapshot after a trial restore on a host, or the reason against it. */
export type CheckedSnapshot =
  | { readonly kind: 'good'; readonly bucket: string; readonly record: SnapshotRecord }
  | { readonly kind: 'bad'; readonly code: Code; readonly message: string };

/** The objects of now against those of the snapshot, and what that leaves in the cloud. */
export interface SeenRewind {
  readonly objects: Rewind;
  /** One sentence each; null: the cloud was not asked. */
  readonly cloud: readonly string[] | null;
}

/** A host whose data etcd could open. */
export interface SurvivingHost extends SurvivingData {
  readonly host: string;
}

/** The critical namespaces of one priority, and the Velero backup from which they would come back. */
export interface SeenBackup {
  readonly priority: number;
  readonly namespaces: readonly string[];
  readonly found: FoundBackup;
}

/** Everything that `decide` looks at. */
export interface RestoreFacts {
  /** What EC2 says of the hosts that do not answer and whose instance the inventory names. */
  readonly machines: readonly Machine[];
  readonly controlPlane: ControlPlane;
  readonly hosts: readonly SeenHost[];
  /** Null when no host could be asked. */
  readonly etcd: EtcdClusterFacts | null;
  /** How fast the disks are of the members that run. */
  readonly disks: readonly SeenDisk[];
  readonly snapshots: ListedSnapshots | null;
  /** Null when it never came to that. */
  readonly snapshot: CheckedSnapshot | null;
  /** How far the data goes that etcd could open: of each host where a snapshot is called for, else of those whose member does not answer. */
  readonly survivors: readonly SurvivingHost[];
  /** What the snapshot takes back; null where nobody can tell what there is now. */
  readonly rewind: SeenRewind | null;
  /** By priority; empty unless etcd is out of reach and the fallback was asked for. */
  readonly backups: readonly SeenBackup[];
}
