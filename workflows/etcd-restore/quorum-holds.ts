/** What is done while a quorum of the members agrees. Pure. */
import type { HostFacts } from '../../activities/hosts/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { EtcdRestoreInput } from './contract.ts';
import type { RestoreFacts } from './facts.ts';
import { type EtcdVerdict, otherAlarms } from './members.ts';
import { type Refusal, refuse } from './refusals.ts';
import { replaceDraft } from './replace-draft.ts';
import type { SilentHosts } from './silent-hosts.ts';
import { type SlowDisk, slowDisks } from './slow-disks.ts';
import type { ReplaceWork, RestoreHost, RestoreWork } from './work.ts';

/** Broken members that can be reached join anew; a host that cannot be is left alone. */
export function whileQuorumHolds(
  admitted: Admitted<EtcdRestoreInput>,
  state: Exclude<EtcdVerdict, { kind: 'lost' | 'two-clusters' }>,
  hosts: readonly HostFacts[],
  { fenced, running }: SilentHosts,
  facts: RestoreFacts,
): Verdict<RestoreWork> {
  const [silent = fenced[0]] = running;
  const slow = slowDisks(facts.disks);
  const agreed = `all members of ${admitted.input.cluster} agree`;
  const alarms = otherAlarms(facts.etcd, state.kind === 'healthy' ? [] : state.broken);
  if (alarms.length > 0) {
    const seen = state.kind === 'healthy' ? agreed : state.detail;
    return refuse('etcd-alarm', `${seen}; etcd takes no writes because of the alarm ${alarms.join(' and ')}`);
  }
  if (state.kind === 'minority-broken' && running.length === 0) {
    const broken = state.broken.filter(({ name, late }) => !late || !slow.some(({ host }) => isOn(host, name, hosts)));
    if (broken.length > 0) return replace(admitted, { ...state, broken }, hosts, facts);
  }
  if (silent === undefined) {
    if (slow.length > 0) return merelySlow(state.kind === 'healthy' ? agreed : state.detail, slow);
    return refuse('etcd-healthy', agreed);
  }
  return refuse('host-unreachable', `the agent of ${silent.host} does not answer; the others hold the quorum`);
}

function isOn(host: string, member: string, hosts: readonly HostFacts[]): boolean {
  return hosts.some((known) => known.host === host && known.etcd.name === member);
}

export function merelySlow(detail: string, slow: readonly SlowDisk[]): Refusal {
  return refuse(
    'etcd-disk-slow',
    `${detail}; the disk is slow on ${slow.map(({ host, detail: seen }) => `${host} (${seen})`).join('; ')}`,
  );
}

function replace(
  { input: { cluster }, settings }: Admitted<EtcdRestoreInput>,
  state: Extract<EtcdVerdict, { kind: 'minority-broken' }>,
  hosts: readonly HostFacts[],
  { controlPlane, etcd, disks, survivors }: RestoreFacts,
): Verdict<RestoreWork> {
  const broken = state.broken.flatMap(({ name, memberId }) =>
    hosts.filter((host) => host.etcd.name === name).map((host) => ({ ...hostOf(host), memberId })),
  );
  const late = broken.filter(({ member }) => state.broken.some((one) => one.name === member && one.late));
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
  const whole = broken.filter(
    ({ member, memberId }) => memberId !== null && survivors.some((one) => one.member === member),
  );
  return { kind: 'proceed', reason, work, draft: replaceDraft(work, hosts, etcd, disks, { whole, late }) };
}

export function hostOf({ host, etcd }: HostFacts): RestoreHost {
  return { host, member: etcd.name, peerUrl: etcd.peerUrl, clientUrl: etcd.clientUrl };
}
