import type { EtcdAlarm, EtcdClusterFacts, MemberStatus } from '../../activities/hosts/types.ts';

/** A member of the inventory's hosts that is not as it should be. */
export interface BrokenMember {
  readonly name: string;
  /** Id under which it is in the list of the members; null: it is not in it. */
  readonly memberId: string | null;
  /** It answers, and only lacks a leader, or has not told a hash in time that can be compared: a slow disk can be all that is wrong. */
  readonly late: boolean;
}

/** What the members' own words come to. Pure. */
export type EtcdVerdict =
  | { readonly kind: 'healthy' }
  /** The others hold the quorum and agree. */
  | {
      readonly kind: 'minority-broken';
      readonly clusterId: string;
      readonly broken: readonly BrokenMember[];
      readonly detail: string;
    }
  /** Some follow the leader of one cluster, some that of another one: what each holds is for a person to judge. */
  | { readonly kind: 'two-clusters'; readonly detail: string }
  | {
      readonly kind: 'lost';
      readonly detail: string;
      /** So many members answer, with the same data as far as they told it, that they would be a quorum if they had a leader. */
      readonly leaderless: boolean;
    };

interface Complaint {
  readonly text: string;
  readonly late: boolean;
}

export interface ExpectedMember {
  readonly name: string;
  readonly peerUrl: string;
  readonly clientUrl: string;
}

/**
 * A member is good when it answers, is a voter of the cluster that has a leader, complains of nothing, has no alarm CORRUPT, and has the
 * hash that most have of those that compacted as far as it did. The quorum is that of the voters which the cluster itself lists, whatever the inventory says. `hosts` counts also
 * those that could not be asked for their member.
 */
export function judgeEtcd(
  facts: EtcdClusterFacts | null,
  expected: readonly ExpectedMember[],
  hosts: number = expected.length,
): EtcdVerdict {
  const statuses = facts?.statuses ?? [];
  const led = statuses.filter(({ leaderId }) => leaderId !== '0');
  const clusterIds = [...new Set(led.map(({ clusterId }) => clusterId))];
  if (clusterIds.length > 1) {
    const each = clusterIds.map(
      (id) =>
        `${led
          .filter(({ clusterId }) => clusterId === id)
          .map(told)
          .join(' and ')}`,
    );
    return { kind: 'two-clusters', detail: each.join('; ') };
  }
  const [clusterId = null] = clusterIds;
  const complaints = complaintsOf(facts, expected, clusterId);
  if (complaints.size === 0 && expected.length === hosts) return { kind: 'healthy' };
  const unasked = hosts > expected.length ? [`${hosts - expected.length} hosts do not answer`] : [];
  const detail = [...[...complaints].map(([name, { text }]) => `${name} ${text}`), ...unasked].join('; ');
  const members = facts?.members ?? [];
  const listed = members.filter(({ learner }) => !learner).length;
  const voters = listed > 0 ? listed : hosts;
  const good = expected.length - complaints.size;
  const quorum = Math.floor(voters / 2) + 1;
  if (clusterId === null || good < quorum) {
    const late = [...complaints.values()].filter((complaint) => complaint.late).length;
    return { kind: 'lost', detail, leaderless: good + late >= quorum && sameData(facts) };
  }
  const broken = expected.flatMap(({ name, peerUrl }) => {
    const complaint = complaints.get(name);
    const memberId = members.find((found) => found.peerUrl === peerUrl)?.id ?? null;
    return complaint === undefined ? [] : [{ name, memberId, late: complaint.late }];
  });
  return { kind: 'minority-broken', clusterId, broken, detail };
}

function sameData(facts: EtcdClusterFacts | null): boolean {
  const clusterIds = new Set(facts?.statuses.map(({ clusterId }) => clusterId));
  const told = facts?.hashes ?? [];
  const differ = told.some((one) =>
    told.some(({ hash, compactRevision }) => compactRevision === one.compactRevision && hash !== one.hash),
  );
  return clusterIds.size === 1 && !differ;
}

/**
 * Whether the hashes can be held against each other: a hash leaves out what was compacted, so those of members that have compacted up to
 * different revisions differ although the data is the same (etcd's own checks compare none of them either).
 */
export function comparable(facts: EtcdClusterFacts | null): boolean {
  return new Set(facts?.hashes.map(({ compactRevision }) => compactRevision)).size <= 1;
}

function told({ endpoint, clusterId }: MemberStatus): string {
  return `${endpoint} (cluster ${clusterId})`;
}

/** What is wrong with each member, by its name. */
function complaintsOf(
  facts: EtcdClusterFacts | null,
  expected: readonly ExpectedMember[],
  clusterId: string | null,
): Map<string, Complaint> {
  const statuses = facts?.statuses ?? [];
  const told = facts?.hashes ?? [];
  const hashes = new Map(told.map((one) => [one.endpoint, one]));
  const compacted = mostCommon(told.map(({ compactRevision }) => compactRevision));
  const common = mostCommon(told.filter((one) => one.compactRevision === compacted).map(({ hash }) => hash));
  const leader = mostCommon(statuses.map(({ leaderId }) => leaderId).filter((id) => id !== '0'));
  const corrupt = corruptMembers(facts);
  // A cluster has members: an empty list is a question that failed.
  const isListRead = (facts?.members.length ?? 0) > 0;
  const late = (text: string): Complaint => ({ text, late: true });
  const broken = (text: string): Complaint => ({ text, late: false });
  const complaintOf = ({ peerUrl, clientUrl }: ExpectedMember): Complaint | null => {
    const listed = facts?.members.find((member) => member.peerUrl === peerUrl);
    const status = statuses.find(({ endpoint }) => endpoint === clientUrl);
    if (clusterId !== null && isListRead && listed === undefined) return broken('is not in the list of the members');
    if (status === undefined) return broken('does not answer');
    if (corrupt.has(status.memberId)) return broken('has the alarm CORRUPT');
    if (clusterId !== null && status.clusterId !== clusterId) return broken('has the data of another cluster');
    if (leader === null || status.leaderId !== leader) return late('has no leader');
    if (listed?.learner) return broken('is a learner');
    // An alarm is told by every member; it counts against the one that it names.
    const error = status.errors.find((text) => !text.includes('alarm:'));
    if (error !== undefined) return broken(error);
    const own = hashes.get(clientUrl);
    if (common === null || own?.hash === common) return null;
    if (own === undefined) return late('has not told its hash in time');
    if (own.compactRevision !== compacted)
      return late(`has compacted up to ${own.compactRevision}, not to ${compacted}`);
    return broken('has other data than the majority');
  };
  const complaints = new Map<string, Complaint>();
  for (const member of expected) {
    const complaint = complaintOf(member);
    if (complaint !== null) complaints.set(member.name, complaint);
  }
  return complaints;
}

/** A list of the alarms is a proposal like a write: where none comes through, the members' own words are all there is. */
function corruptMembers(facts: EtcdClusterFacts | null): ReadonlySet<string> {
  const all = [...(facts?.alarms ?? []), ...toldAlarms(facts)];
  return new Set(all.filter(({ alarm }) => alarm === 'CORRUPT').map(({ memberId }) => memberId));
}

/** The alarms by the members' own words, each once. */
function toldAlarms(facts: EtcdClusterFacts | null): readonly EtcdAlarm[] {
  const errors = (facts?.statuses ?? []).flatMap((status) => status.errors);
  const told = errors.flatMap((error) => [...error.matchAll(/memberID:(\d+) alarm:(\w+)/g)]);
  const found = new Map(told.map(([text, memberId = '', alarm = '']) => [text, { memberId, alarm }]));
  return [...found.values()];
}

/** Alarms that are none of a broken member's CORRUPT: no restore and no replacement takes their cause away. Each as a person reads it. */
export function otherAlarms(facts: EtcdClusterFacts | null, broken: readonly BrokenMember[]): readonly string[] {
  const gone = new Set(broken.map(({ memberId }) => memberId));
  const raised = facts?.unanswered?.includes('alarms') ? toldAlarms(facts) : (facts?.alarms ?? []);
  const others = raised.filter(({ memberId, alarm }) => alarm !== 'CORRUPT' || !gone.has(memberId));
  return others.map(({ memberId, alarm }) => {
    const name = facts?.members.find(({ id }) => id === memberId)?.name;
    return `${alarm} of ${name ?? `${memberId}, which is no member`}`;
  });
}

function mostCommon<T extends string | number>(values: readonly T[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? null;
}
