import type { HostFacts } from '../../activities/hosts/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import { badCertificates, misnamedCertificates } from './certificates.ts';
import type { EtcdRestoreInput } from './contract.ts';
import { draftOf, survivorDraft } from './draft.ts';
import type { RestoreFacts } from './facts.ts';
import { type EtcdVerdict, judgeEtcd } from './members.ts';
import { hostOf, merelySlow, whileQuorumHolds } from './quorum-holds.ts';
import { membersWithoutHost, missingSnapshot, reasonAgainst, refuse, unfitHost } from './refusals.ts';
import { type SilentHosts, silentHosts } from './silent-hosts.ts';
import { slowDisks } from './slow-disks.ts';
import { viaVelero } from './velero-plan.ts';
import type { RestoreWork, SnapshotWork } from './work.ts';

/** Covers about a week of writes at fewer than 1,500 a second (facts, section 1). */
const bumpRevision = 1_000_000_000;

/** The smallest remedy that is right, and what it works on. Pure: equal facts give an equal plan. */
export function decide(admitted: Admitted<EtcdRestoreInput>, facts: RestoreFacts, now: number): Verdict<RestoreWork> {
  const { cluster, force = false } = admitted.input;
  const { controlPlane } = facts;
  const outOfReach = reasonOutOfReach(cluster, facts);
  if (outOfReach !== null && admitted.input.fallback === 'velero') return viaVelero(cluster, outOfReach, facts, now);
  if (controlPlane.kind === 'eks') return refuse('etcd-out-of-reach', outOfReach ?? '');
  const silent = silentHosts(admitted.input, facts);
  if ('kind' in silent) return silent;
  const hosts = reachedHosts(facts);
  const unfit = unfitHost(hosts);
  if (unfit !== null) return refuse('host-not-ready', unfit);
  const bad = badCertificates(hosts);
  if (bad.length > 0) return refuse('certificates-invalid', bad.join('; '));
  const strangers = membersWithoutHost(hosts, facts.etcd);
  if (strangers.length > silent.fenced.length) {
    return refuse('hosts-missing', `there are members on no host of the inventory: ${strangers.join(', ')}`);
  }
  const state = stateOf(facts);
  if (state.kind === 'two-clusters') {
    return refuse('etcd-two-clusters', `members follow leaders of two clusters: ${state.detail}`);
  }
  if (!force && state.kind !== 'lost') return whileQuorumHolds(admitted, state, hosts, silent, facts);
  const slow = slowDisks(facts.disks);
  if (!force && state.kind === 'lost' && state.leaderless) {
    if (slow.length > 0) return merelySlow(state.detail, slow);
    return refuse(
      'etcd-leaderless',
      [
        `a quorum of the members answers, with the same data, and has no leader: ${state.detail}`,
        ...misnamedCertificates(hosts),
      ].join('; '),
    );
  }
  return restoreAll(admitted, state, hosts, silent, facts, now);
}

/** Null when at least one host can be asked. */
function reasonOutOfReach(cluster: string, { controlPlane, hosts }: RestoreFacts): string | null {
  if (controlPlane.kind === 'eks') return `the control plane of ${cluster} is EKS's own`;
  return hosts.every(({ facts }) => facts === null) ? `no agent of any control-plane host of ${cluster} answers` : null;
}

/** Whether the facts call for a snapshot at all: it is tried for minutes. Pure. */
export function needsSnapshot(input: EtcdRestoreInput, facts: RestoreFacts): boolean {
  const state = stateOf(facts);
  const { kind } = state;
  if ('kind' in silentHosts(input, facts)) return false;
  if (kind === 'lost' && state.leaderless) return input.force === true;
  return kind === 'lost' || (input.force === true && kind !== 'two-clusters');
}

function reachedHosts({ hosts }: RestoreFacts): readonly HostFacts[] {
  return hosts.flatMap((seen) => (seen.facts === null ? [] : [seen.facts]));
}

function stateOf(facts: RestoreFacts): EtcdVerdict {
  const members = reachedHosts(facts).map(({ etcd }) => etcd);
  return judgeEtcd(facts.etcd, members, facts.hosts.length);
}

function restoreAll(
  { input, settings }: Admitted<EtcdRestoreInput>,
  state: EtcdVerdict,
  hosts: readonly HostFacts[],
  silent: SilentHosts,
  facts: RestoreFacts,
  now: number,
): Verdict<RestoreWork> {
  const { cluster } = input;
  const { snapshot, controlPlane } = facts;
  const workOf = (source: Pick<SnapshotWork, 'snapshot' | 'survivor'>): SnapshotWork => ({
    remedy: 'restore-all',
    cluster,
    region: controlPlane.region,
    artefactBucket: settings.artefactBucket,
    hosts: hosts.map(hostOf),
    ...source,
    fenced: silent.fenced,
    forced: input.force ?? false,
    bumpRevision,
  });
  if (snapshot === null) {
    const [survivor] = [...facts.survivors].sort((left, right) => right.commitIndex - left.commitIndex);
    if (survivor === undefined || controlPlane.bucket === null || input.snapshot !== undefined) {
      return refuse('no-etcd-snapshot', missingSnapshot(facts));
    }
    const { host, commitIndex } = survivor;
    const work = workOf({ snapshot: null, survivor: { host, commitIndex, bucket: controlPlane.bucket } });
    return { kind: 'proceed', reason: reasonOf(state), work, draft: survivorDraft(work, hosts, facts) };
  }
  if (snapshot.kind === 'bad') return refuse(snapshot.code, snapshot.message);
  const against = reasonAgainst(snapshot.record, cluster, hosts, facts.hosts.length);
  if (against !== null) return against;
  const { record, bucket } = snapshot;
  const { key, sha256, revision, serviceAccountKey } = record;
  const work = workOf({ snapshot: { bucket, key, sha256, revision, serviceAccountKey }, survivor: null });
  return {
    kind: 'proceed',
    reason: reasonOf(state),
    work,
    draft: draftOf(work, bucket, record, hosts, reasonsToAsk(input, silent, facts), facts, now),
  };
}

/** What a person has to look at before anything is stopped, whatever the policy of approvals says. */
function reasonsToAsk(
  { force }: EtcdRestoreInput,
  silent: SilentHosts,
  { hosts, survivors }: RestoreFacts,
): readonly string[] {
  const whole = survivors.map(({ host }) => host).sort();
  const quorum = Math.floor(hosts.length / 2) + 1;
  return [
    ...(silent.running.length > 0 ? ['machines are stopped that nobody could look at'] : []),
    ...(force !== true && whole.length >= quorum
      ? [
          `the data on ${whole.join(', ')} can be opened, and would be a quorum: find out first why etcd does not run with it ` +
            '(kubelet, manifest, flags, ports, space), for a snapshot is older',
        ]
      : []),
  ];
}

function reasonOf(state: EtcdVerdict): string {
  return state.kind === 'healthy' ? 'asked for although etcd is healthy' : `etcd: ${state.detail}`;
}
