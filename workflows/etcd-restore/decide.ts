import type { SnapshotRecord } from '../../activities/etcd/snapshot-record.ts';
import type { HostFacts } from '../../activities/hosts/types.ts';
import type { Code } from '../../errors/codes.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { EtcdRestoreInput } from './contract.ts';
import { draftOf } from './draft.ts';
import type { RestoreFacts } from './facts.ts';
import { judgeEtcd } from './members.ts';
import type { RestoreWork } from './work.ts';

/** Covers about a week of writes at fewer than 1,500 a second (facts, section 1). */
const bumpRevision = 1_000_000_000;

/** Whether etcd is to be restored, and from what. Pure: equal facts give an equal plan. */
export function decide(
  { input, settings }: Admitted<EtcdRestoreInput>,
  facts: RestoreFacts,
  now: number,
): Verdict<RestoreWork> {
  const { cluster, force = false } = input;
  const { controlPlane } = facts;
  if (controlPlane.kind === 'eks') return refuse('etcd-out-of-reach', `the control plane of ${cluster} is EKS's own`);
  const absent = facts.hosts.find((seen) => seen.facts === null);
  if (absent?.facts === null) {
    return refuse(
      'host-unreachable',
      `the agent of ${absent.host} does not answer (${absent.why}), so nothing proves that etcd is stopped there`,
    );
  }
  const hosts = facts.hosts.flatMap((seen) => (seen.facts === null ? [] : [seen.facts]));
  const unfit = unfitHost(hosts);
  if (unfit !== null) return refuse('host-not-ready', unfit);
  const strangers = membersWithoutHost(hosts);
  if (strangers.length > 0) {
    return refuse('hosts-missing', `the manifests name members of no host in the inventory: ${strangers.join(', ')}`);
  }

  const state = judgeEtcd(
    facts.etcd,
    hosts.map(({ etcd }) => etcd),
  );
  if (!force && state.kind === 'healthy') return refuse('etcd-healthy', `all members of ${cluster} agree`);
  if (!force && state.kind === 'minority-broken') {
    return refuse('etcd-member-broken', `${state.detail}; the others hold the quorum`);
  }

  const { snapshot } = facts;
  if (snapshot === null) return refuse('no-etcd-snapshot', missing(facts));
  if (snapshot.kind === 'bad') return refuse(snapshot.code, snapshot.message);
  const against = reasonAgainst(snapshot.record, cluster, hosts);
  if (against !== null) return against;

  const { record, bucket } = snapshot;
  const work: RestoreWork = {
    cluster,
    region: controlPlane.region,
    artefactBucket: settings.artefactBucket,
    hosts: hosts.map(({ host, etcd }) => ({
      host,
      member: etcd.name,
      peerUrl: etcd.peerUrl,
      clientUrl: etcd.clientUrl,
    })),
    snapshot: {
      bucket,
      key: record.key,
      sha256: record.sha256,
      revision: record.revision,
      serviceAccountKey: record.serviceAccountKey,
    },
    bumpRevision,
  };
  const reason = state.kind === 'healthy' ? 'asked for although etcd is healthy' : `etcd: ${state.detail}`;
  return { kind: 'proceed', reason, work, draft: draftOf(work, record, hosts, facts, now) };
}

function refuse(code: Code, message: string): Verdict<RestoreWork> {
  return { kind: 'refuse', code, message };
}

function missing({ controlPlane, snapshots }: RestoreFacts): string {
  if (controlPlane.bucket === null) return 'the inventory names no bucket for etcd';
  const unusable = snapshots?.unusable.length ?? 0;
  return unusable > 0
    ? `none of the ${unusable} snapshots in ${controlPlane.bucket} has its record`
    : `no snapshot in ${controlPlane.bucket}`;
}

/** What keeps a host from a restore, first thing first. */
function unfitHost(hosts: readonly HostFacts[]): string | null {
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

function membersWithoutHost(hosts: readonly HostFacts[]): string[] {
  const known = new Set(hosts.map(({ etcd }) => etcd.name));
  const named = hosts.flatMap(({ etcd }) => etcd.initialCluster.map(({ name }) => name));
  return [...new Set(named)].filter((name) => !known.has(name));
}

function reasonAgainst(
  record: SnapshotRecord,
  cluster: string,
  hosts: readonly HostFacts[],
): Verdict<RestoreWork> | null {
  if (record.cluster !== cluster) {
    return refuse('no-etcd-snapshot', `${record.key} is a snapshot of ${record.cluster}, not of ${cluster}`);
  }
  if (record.members.length > hosts.length) {
    return refuse(
      'hosts-missing',
      `the snapshot is of ${record.members.length} members, the inventory has ${hosts.length} hosts`,
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
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
