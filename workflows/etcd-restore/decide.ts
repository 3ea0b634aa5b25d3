import type { HostFacts } from '../../activities/hosts/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { EtcdRestoreInput } from './contract.ts';
import { draftOf } from './draft.ts';
import type { RestoreFacts } from './facts.ts';
import { type EtcdVerdict, judgeEtcd } from './members.ts';
import { membersWithoutHost, missingSnapshot, reasonAgainst, refuse, unfitHost } from './refusals.ts';
import { replaceDraft } from './replace-draft.ts';
import type { ReplaceWork, RestoreHost, RestoreWork, SnapshotWork } from './work.ts';

/** Covers about a week of writes at fewer than 1,500 a second (facts, section 1). */
const bumpRevision = 1_000_000_000;

/** The smallest remedy that is right, and what it works on. Pure: equal facts give an equal plan. */
export function decide(admitted: Admitted<EtcdRestoreInput>, facts: RestoreFacts, now: number): Verdict<RestoreWork> {
  const { cluster, force = false } = admitted.input;
  const { controlPlane } = facts;
  if (controlPlane.kind === 'eks') return refuse('etcd-out-of-reach', `the control plane of ${cluster} is EKS's own`);
  const absent = facts.hosts.find((seen) => seen.facts === null);
  if (absent?.facts === null) {
    return refuse(
      'host-unreachable',
      `the agent of ${absent.host} does not answer (${absent.why}), so nothing proves that etcd is stopped there`,
    );
  }
  const hosts = reachedHosts(facts);
  const unfit = unfitHost(hosts);
  if (unfit !== null) return refuse('host-not-ready', unfit);
  const strangers = membersWithoutHost(hosts);
  if (strangers.length > 0) {
    return refuse('hosts-missing', `the manifests name members of no host in the inventory: ${strangers.join(', ')}`);
  }
  const state = stateOf(facts);
  if (state.kind === 'two-clusters') {
    return refuse('etcd-two-clusters', `members follow leaders of two clusters: ${state.detail}`);
  }
  if (!force && state.kind === 'healthy') return refuse('etcd-healthy', `all members of ${cluster} agree`);
  if (!force && state.kind === 'minority-broken') return replace(admitted, state, hosts, facts);
  return restoreAll(admitted, state, hosts, facts, now);
}

/** Whether the facts call for a snapshot at all: it is tried for minutes. Pure. */
export function needsSnapshot({ force = false }: Pick<EtcdRestoreInput, 'force'>, facts: RestoreFacts): boolean {
  const { kind } = stateOf(facts);
  return facts.hosts.every((seen) => seen.facts !== null) && (kind === 'lost' || (force && kind !== 'two-clusters'));
}

function reachedHosts({ hosts }: RestoreFacts): readonly HostFacts[] {
  return hosts.flatMap((seen) => (seen.facts === null ? [] : [seen.facts]));
}

function stateOf(facts: RestoreFacts): EtcdVerdict {
  return judgeEtcd(
    facts.etcd,
    reachedHosts(facts).map(({ etcd }) => etcd),
  );
}

function hostOf({ host, etcd }: HostFacts): RestoreHost {
  return { host, member: etcd.name, peerUrl: etcd.peerUrl, clientUrl: etcd.clientUrl };
}

function replace(
  { input: { cluster }, settings }: Admitted<EtcdRestoreInput>,
  state: Extract<EtcdVerdict, { kind: 'minority-broken' }>,
  hosts: readonly HostFacts[],
  { controlPlane, etcd }: RestoreFacts,
): Verdict<RestoreWork> {
  const broken = state.broken.flatMap(({ name, memberId }) =>
    hosts.filter((host) => host.etcd.name === name).map((host) => ({ ...hostOf(host), memberId })),
  );
  const work: ReplaceWork = {
    remedy: 'replace-members',
    cluster,
    region: controlPlane.region,
    artefactBucket: settings.artefactBucket,
    hosts: hosts.map(hostOf),
    clusterId: state.clusterId,
    broken,
  };
  const reason = `${state.detail}; the others hold the quorum`;
  return { kind: 'proceed', reason, work, draft: replaceDraft(work, hosts, etcd) };
}

function restoreAll(
  { input: { cluster }, settings }: Admitted<EtcdRestoreInput>,
  state: EtcdVerdict,
  hosts: readonly HostFacts[],
  facts: RestoreFacts,
  now: number,
): Verdict<RestoreWork> {
  const { snapshot, controlPlane } = facts;
  if (snapshot === null) return refuse('no-etcd-snapshot', missingSnapshot(facts));
  if (snapshot.kind === 'bad') return refuse(snapshot.code, snapshot.message);
  const against = reasonAgainst(snapshot.record, cluster, hosts);
  if (against !== null) return against;
  const { record, bucket } = snapshot;
  const work: SnapshotWork = {
    remedy: 'restore-all',
    cluster,
    region: controlPlane.region,
    artefactBucket: settings.artefactBucket,
    hosts: hosts.map(hostOf),
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
