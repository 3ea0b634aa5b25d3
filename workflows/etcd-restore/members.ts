import type { EtcdClusterFacts, MemberStatus } from '../../activities/hosts/types.ts';

/** A member of the inventory's hosts that is not as it should be. */
export interface BrokenMember {
  readonly name: string;
  /** Id under which it is in the list of the members; null: it is not in it. */
  readonly memberId: string | null;
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
  | { readonly kind: 'lost'; readonly detail: string };

export interface ExpectedMember {
  readonly name: string;
  readonly peerUrl: string;
  readonly clientUrl: string;
}

/**
 * A member is good when it answers, is a voter of the cluster that has a leader, complains of nothing, has no alarm CORRUPT, and has the
 * hash that most have. The quorum is that of the voters which the cluster itself lists, whatever the inventory says. `hosts` counts also
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
  const detail = [...[...complaints].map(([name, complaint]) => `${name} ${complaint}`), ...unasked].join('; ');
  const members = facts?.members ?? [];
  const listed = members.filter(({ learner }) => !learner).length;
  const voters = listed > 0 ? listed : hosts;
  const good = expected.length - complaints.size;
  if (clusterId === null || good < Math.floor(voters / 2) + 1) return { kind: 'lost', detail };
  const broken = expected
    .filter(({ name }) => complaints.has(name))
    .map(({ name, peerUrl }) => ({ name, memberId: members.find((found) => found.peerUrl === peerUrl)?.id ?? null }));
  return { kind: 'minority-broken', clusterId, broken, detail };
}

function told({ endpoint, clusterId }: MemberStatus): string {
  return `${endpoint} (cluster ${clusterId})`;
}

/** What is wrong with each member, by its name. */
function complaintsOf(
  facts: EtcdClusterFacts | null,
  expected: readonly ExpectedMember[],
  clusterId: string | null,
): Map<string, string> {
  const statuses = facts?.statuses ?? [];
  const hashes = new Map(
    facts?.hashes.map(({ endpoint, hash, compactRevision }) => [endpoint, `${hash}/${compactRevision}`]),
  );
  const common = mostCommon([...hashes.values()]);
  const leader = mostCommon(statuses.map(({ leaderId }) => leaderId).filter((id) => id !== '0'));
  const corrupt = new Set(
    (facts?.alarms ?? []).filter(({ alarm }) => alarm === 'CORRUPT').map(({ memberId }) => memberId),
  );
  const complaintOf = ({ peerUrl, clientUrl }: ExpectedMember): string | null => {
    const listed = facts?.members.find((member) => member.peerUrl === peerUrl);
    const status = statuses.find(({ endpoint }) => endpoint === clientUrl);
    if (clusterId !== null && listed === undefined) return 'is not in the list of the members';
    if (status === undefined) return 'does not answer';
    if (corrupt.has(status.memberId)) return 'has the alarm CORRUPT';
    if (clusterId !== null && status.clusterId !== clusterId) return 'has the data of another cluster';
    if (leader === null || status.leaderId !== leader) return 'has no leader';
    if (listed?.learner) return 'is a learner';
    // An alarm is told by every member; it counts against the one that it names.
    const own = status.errors.find((error) => !error.includes('alarm:'));
    if (own !== undefined) return own;
    return common !== null && hashes.get(clientUrl) !== common ? 'has other data than the majority' : null;
  };
  const complaints = new Map<string, string>();
  for (const member of expected) {
    const complaint = complaintOf(member);
    if (complaint !== null) complaints.set(member.name, complaint);
  }
  return complaints;
}

function mostCommon(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? null;
}
