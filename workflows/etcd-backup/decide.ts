import type { ControlPlane, ListedSnapshots } from '../../activities/etcd/types.ts';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import type { Code } from '../../errors/codes.ts';
import { badCertificates, endingCertificates, misnamedCertificates } from '../etcd-restore/certificates.ts';
import type { SeenHost } from '../etcd-restore/facts.ts';
import { judgeEtcd, otherAlarms } from '../etcd-restore/members.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import type { EtcdBackupInput } from './contract.ts';
import type { BackupWork } from './work.ts';

/** Everything that `decide` looks at. */
export interface BackupFacts {
  readonly controlPlane: ControlPlane;
  readonly hosts: readonly SeenHost[];
  readonly etcd: EtcdClusterFacts | null;
  readonly snapshots: ListedSnapshots | null;
}

/** Which member is saved, or why none is. Pure. */
export function decide({ input }: Admitted<EtcdBackupInput>, facts: BackupFacts, now: number): Verdict<BackupWork> {
  const { cluster, force = false, lockDays = 7, keepCount = 30, keepDays = 30 } = input;
  const { controlPlane, etcd } = facts;
  const { region, bucket } = controlPlane;
  if (controlPlane.kind === 'eks') return refuse('etcd-out-of-reach', `the control plane of ${cluster} is EKS's own`);
  if (bucket === null) return refuse('precondition-unmet', `the inventory names no bucket for the etcd of ${cluster}`);
  const hosts = facts.hosts.flatMap((seen) => (seen.facts === null ? [] : [seen.facts]));
  const chosen = chooseHost(hosts, etcd);
  const bad = badCertificates(hosts);
  if (chosen === null && bad.length > 0) return refuse('certificates-invalid', bad.join('; '));
  if (chosen === null) return refuse('no-healthy-member', `${cluster}: ${judgement(hosts, etcd)}`);
  const { status } = chosen.etcd;
  const newest = facts.snapshots?.records.find(({ clusterId }) => clusterId === status?.clusterId);
  if (!force && newest !== undefined && status !== null && status.revision < newest.revision) {
    return refuse(
      'snapshot-would-be-worse',
      `${cluster} is at revision ${status.revision}, its snapshot of ${newest.takenAt} at ${newest.revision}`,
    );
  }
  const absent = facts.hosts.filter((seen) => seen.facts === null).map(({ host }) => host);
  const last = facts.snapshots?.records[0];
  const alarms = otherAlarms(etcd, []);
  return {
    kind: 'proceed',
    reason:
      status?.leaderId === status?.memberId ? 'the only healthy member is the leader' : 'healthy, and not the leader',
    work: {
      cluster,
      region,
      bucket,
      host: chosen.host,
      member: chosen.etcd.name,
      lockDays,
      keepCount,
      keepDays,
      formerKeys: newest?.totalKeys ?? null,
    },
    draft: {
      summary: `snapshot of etcd of ${cluster} from ${chosen.etcd.name} in s3://${bucket}`,
      recoveryPoint: {
        seconds: last === undefined ? null : Math.max(0, Math.round((now - Date.parse(last.takenAt)) / 1000)),
        basis: last === undefined ? 'there is no snapshot yet' : `the newest snapshot is of ${last.takenAt}`,
      },
      preconditions: [],
      warnings: [
        ...(absent.length > 0 ? [`No answer from the agents of ${absent.join(', ')}.`] : []),
        ...bad.map((told) => `The certificate ${told}.`),
        ...endingCertificates(hosts),
        ...misnamedCertificates(hosts).map((clause) => `The certificate ${clause}.`),
        ...(alarms.length > 0 ? [`etcd takes no writes because of the alarm ${alarms.join(' and ')}.`] : []),
      ],
    },
  };
}

function refuse(code: Code, message: string): Verdict<BackupWork> {
  return { kind: 'refuse', code, message };
}

/** A good member that does not lead, so that the leader keeps its time; the leader where there is no other. */
function chooseHost(hosts: readonly HostFacts[], etcd: EtcdClusterFacts | null): HostFacts | null {
  const verdict = judgeEtcd(
    etcd,
    hosts.map((host) => host.etcd),
  );
  if (verdict.kind === 'lost' || verdict.kind === 'two-clusters') return null;
  const broken = verdict.kind === 'minority-broken' ? verdict.broken.map(({ name }) => name) : [];
  const good = hosts.filter((host) => host.etcd.status !== null && !broken.includes(host.etcd.name));
  const follower = good.find(({ etcd: { status } }) => status?.leaderId !== status?.memberId && !status?.learner);
  return follower ?? good[0] ?? null;
}

function judgement(hosts: readonly HostFacts[], etcd: EtcdClusterFacts | null): string {
  if (hosts.length === 0) return 'no agent answers';
  const verdict = judgeEtcd(
    etcd,
    hosts.map((host) => host.etcd),
  );
  return verdict.kind === 'healthy' ? 'no member answers' : verdict.detail;
}
