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
  for (const { host, etcd, kubernetesVersion, encryptionKeys } of hosts) {
    if (minorOf(etcd.version ?? '') !== minorOf(record.etcdVersion)) {
      return refuse(
        'snapshot-version-skew',
        `the snapshot is of etcd ${record.etcdVersion}, ${host} runs ${etcd.version}`,
      );
    }
    if ((minorsAhead(record.kubernetesVersion, kubernetesVersion) ?? 0) > 0) {
      return refuse(
        'snapshot-version-skew',
        `the snapshot is of Kubernetes ${record.kubernetesVersion}, ${host} runs ${kubernetesVersion}, which may not know what it holds`,
      );
    }
    const absent = record.encryptionKeys.filter((key) => !encryptionKeys.includes(key));
    if (absent.length > 0) {
      return refuse('encryption-key-missing', `${host} lacks the encryption key ${absent.join(', ')} of the snapshot`);
    }
  }
  return null;
}

/** Kubernetes reads what the minor before it stored; what was stored two minors ago may have to be migrated first. */
export function oldObjects(record: SnapshotRecord, hosts: readonly HostFacts[]): readonly string[] {
  const far = hosts.find(
    ({ kubernetesVersion }) => (minorsAhead(kubernetesVersion, record.kubernetesVersion) ?? 0) > 1,
  );
  return far === undefined
    ? []
    : [
        `The snapshot is of Kubernetes ${record.kubernetesVersion}, the API servers are ${far.kubernetesVersion}: versions of objects that are not ` +
          'served any more may be in it. Consider API servers of the version of the snapshot, and then an upgrade.',
      ];
}

/** By how many minors the first version is ahead of the second; null where one is not known, or the majors differ. */
function minorsAhead(version: string | null, other: string | null): number | null {
  const [[major, minor], [otherMajor, otherMinor]] = [numbersOf(version), numbersOf(other)];
  if (minor === undefined || otherMinor === undefined || major !== otherMajor) return null;
  return minor - otherMinor;
}

function numbersOf(version: string | null): number[] {
  return version === null ? [] : minorOf(version).split('.').map(Number);
}

/** `3.6.16` gives `3.6`. */
function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
