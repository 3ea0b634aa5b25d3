/** What speaks against working on the hosts, first thing first. Pure. */
import type { SnapshotRecord } from '../../activities/etcd/snapshot-record.ts';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import type { Code } from '../../errors/codes.ts';
import type { RestoreFacts } from './facts.ts';

export interface Refusal {
  readonly kind: 'refuse';
  readonly code: Code;
  readonly message: string;
}

export function refuse(code: Code, message: string): Refusal {
  return { kind: 'refuse', code, message };
}

export function missingSnapshot({ controlPlane, snapshots }: RestoreFacts): string {
  if (controlPlane.bucket === null) return 'the inventory names no bucket for etcd';
  const unusable = snapshots?.unusable.length ?? 0;
  return unusable > 0
    ? `none of the ${unusable} snapshots in ${controlPlane.bucket} has its record`
    : `no snapshot in ${controlPlane.bucket}`;
}

export function unfitHost(hosts: readonly HostFacts[]): string | null {
  for (const { host, problems, pods, etcd } of hosts) {
    if (problems[0] !== undefined) return `${host}: ${problems[0]}`;
    const gone = pods.find(({ manifest }) => manifest === 'missing');
    if (gone !== undefined) return `${host}: no manifest of ${gone.name}`;
    if (etcd.version === null) return `${host}: the image of etcd names no version`;
    if (minorOf(etcd.version) !== minorOf(etcd.toolVersion)) {
      return `${host}: etcdutl is ${etcd.toolVersion || 'missing'}, the member runs ${etcd.version}`;
    }
  }
  return null;
}

/**
 * By the list of the members, which knows those that came and went since; where nobody tells it, by the manifests of the hosts, which keep
 * what was true when each was written.
 */
export function membersWithoutHost(hosts: readonly HostFacts[], etcd: EtcdClusterFacts | null): string[] {
  const known = new Set(hosts.map(({ etcd: { peerUrl } }) => peerUrl));
  const listed = etcd?.members ?? [];
  const named = listed.length > 0 ? listed : hosts.flatMap((host) => host.etcd.initialCluster);
  const strangers = named.filter(({ peerUrl }) => !known.has(peerUrl));
  return [...new Map(strangers.map(({ name, peerUrl }) => [peerUrl, name || peerUrl])).values()];
}

/** `known` is the number of hosts in the inventory, fenced ones included. */
export function reasonAgainst(
  record: SnapshotRecord,
  cluster: string,
  hosts: readonly HostFacts[],
  known: number,
): Refusal | null {
  if (record.cluster !== cluster) {
    return refuse('no-etcd-snapshot', `${record.key} is a snapshot of ${record.cluster}, not of ${cluster}`);
  }
  if (record.members.length > known) {
    return refuse(
      'hosts-missing',
      `the snapshot is of ${record.members.length} members, the inventory has ${known} hosts`,
    );
  }
  for (const { host, etcd, encryptionKeys } of hosts) {
    if (minorOf(etcd.version ?? '') !== minorOf(record.etcdVersion)) {
      return refuse(
        'snapshot-version-skew',
        `the snapshot is of etcd ${record.etcdVersion}, ${host} runs ${etcd.version}`,
      );
    }
    const absent = record.encryptionKeys.filter((key) => !encryptionKeys.includes(key));
    if (absent.length > 0) {
      return refuse('encryption-key-missing', `${host} lacks the encryption key ${absent.join(', ')} of the snapshot`);
    }
  }
  return null;
}

/** `3.6.16` gives `3.6`. */
function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
