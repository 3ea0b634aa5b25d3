import type { SnapshotRecord } from '../../../activities/etcd/snapshot-record.ts';
import type { EtcdClusterFacts, HostFacts, MemberStatus } from '../../../activities/hosts/types.ts';

export const names = ['one', 'two', 'three'] as const;
export const clientUrl = (name: string) => `https://${name}:2379`;
const peerUrl = (name: string) => `https://${name}:2380`;
const leader = '18446744073709551001';

function statusOf(name: (typeof names)[number], change: Partial<MemberStatus> = {}): MemberStatus {
  return {
    endpoint: clientUrl(name),
    memberId: `1844674407370955100${names.indexOf(name) + 1}`,
    clusterId: '14841639068965178418',
    leaderId: leader,
    version: '3.6.16',
    revision: 100,
    raftTerm: 2,
    raftIndex: 120,
    raftAppliedIndex: 120,
    dbBytes: 4096,
    dbBytesInUse: 4096,
    learner: false,
    errors: [],
    ...change,
  };
}

/** Three members that agree, but for those that are silent and the hashes that are given. */
export function etcdOf(
  silent: readonly string[] = [],
  hashes: Readonly<Record<string, number>> = {},
  hasQuorum = silent.length <= 1,
): EtcdClusterFacts {
  const alive = names.filter((name) => !silent.includes(name));
  return {
    members: names.map((name) => ({
      id: statusOf(name).memberId,
      name,
      peerUrl: peerUrl(name),
      clientUrls: [clientUrl(name)],
      learner: false,
    })),
    statuses: alive.map((name) =>
      statusOf(name, hasQuorum ? {} : { leaderId: '0', errors: ['etcdserver: no leader'] }),
    ),
    silent: silent.map(clientUrl),
    alarms: [],
    hashes: alive.map((name) => ({ endpoint: clientUrl(name), hash: hashes[name] ?? 7, compactRevision: 1 })),
    hashRevision: 100,
  };
}

/** A compaction that has reached all members but one: their hashes differ, their data does not. */
export function etcdCompacting(behind: (typeof names)[number]): EtcdClusterFacts {
  const etcd = etcdOf();
  const hashes = etcd.hashes.map((told) =>
    told.endpoint === clientUrl(behind) ? { ...told, hash: 8 } : { ...told, compactRevision: 50 },
  );
  return { ...etcd, hashes };
}

export function hostOf(name: (typeof names)[number], change: Partial<HostFacts> = {}): HostFacts {
  return {
    host: `host-${name}`,
    pods: [],
    etcd: {
      name,
      peerUrl: peerUrl(name),
      clientUrl: clientUrl(name),
      initialCluster: names.map((other) => ({ name: other, peerUrl: peerUrl(other) })),
      version: '3.6.16',
      toolVersion: '3.6.16',
      dataFound: true,
      freeBytes: 1_000_000_000,
      status: statusOf(name),
    },
    kubernetesVersion: '1.36.3',
    encryptionKeys: ['secretbox/key1/0123456789abcdef'],
    serviceAccountKey: 'aa',
    problems: [],
    ...change,
  };
}

export const record: SnapshotRecord = {
  version: 1,
  cluster: 'prod',
  takenAt: '2026-01-01T00:00:00.000Z',
  recoveryId: 'r',
  key: 'etcd/prod/snapshots/a.db',
  bytes: 1_000_032,
  sha256: 'f'.repeat(64),
  revision: 90,
  totalKeys: 80,
  etcdVersion: '3.6.16',
  kubernetesVersion: '1.36.3',
  clusterId: '14841639068965178418',
  takenFrom: 'two',
  members: names.map((name) => ({ name, peerUrl: peerUrl(name) })),
  encryptionKeys: ['secretbox/key1/0123456789abcdef'],
  serviceAccountKey: 'aa',
};

export const controlPlane = {
  kind: 'self-managed',
  region: 'us-east-1',
  bucket: 'etcd-bucket',
  hosts: names.map((name) => `host-${name}`),
  instances: { 'host-two': 'i-00000002', 'host-three': 'i-00000003' } as Readonly<Record<string, string>>,
  criticalNamespaces: [{ name: 'production', priority: 1 }],
} as const;

export const settings = {
  approvalTimeoutSeconds: 60,
  region: 'us-east-1',
  artefactBucket: 'artefacts',
  targets: { recoveryTimeSeconds: null, recoveryPointSeconds: null },
  contacts: [],
};
