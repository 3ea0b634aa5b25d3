import type { EtcdClusterFacts } from '../../activities/hosts/types.ts';

/** What the members' own words come to. Pure. */
export type EtcdVerdict =
  | { readonly kind: 'healthy' }
  /** A minority is broken; the others hold the quorum and agree. */
  | { readonly kind: 'minority-broken'; readonly broken: readonly string[]; readonly detail: string }
  | { readonly kind: 'lost'; readonly detail: string };

/**
 * `expected` are the members by name and client URL. A member is good when it answers, follows the leader of the others, complains of
 * nothing, has no alarm CORRUPT, and has the hash that a majority of all members has.
 */
export function judgeEtcd(
  facts: EtcdClusterFacts | null,
  expected: readonly { readonly name: string; readonly clientUrl: string }[],
): EtcdVerdict {
  const quorum = Math.floor(expected.length / 2) + 1;
  const why = new Map<string, string>();
  const hashes = new Map(
    facts?.hashes.map(({ endpoint, hash, compactRevision }) => [endpoint, `${hash}/${compactRevision}`]),
  );
  const common = mostCommon([...hashes.values()]);
  const leader = mostCommon((facts?.statuses ?? []).map(({ leaderId }) => leaderId).filter((id) => id !== '0'));
  const corrupt = new Set(
    (facts?.alarms ?? []).filter(({ alarm }) => alarm === 'CORRUPT').map(({ memberId }) => memberId),
  );
  for (const { name, clientUrl } of expected) {
    const status = facts?.statuses.find(({ endpoint }) => endpoint === clientUrl);
    const complaint = complaintOf();
    if (complaint !== null) why.set(name, complaint);
    function complaintOf(): string | null {
      if (status === undefined) return 'does not answer';
      if (corrupt.has(status.memberId)) return 'has the alarm CORRUPT';
      if (leader === null || status.leaderId !== leader) return 'has no leader';
      // An alarm is told by every member; it counts against the one that it names.
      const own = status.errors.find((error) => !error.includes('alarm:'));
      if (own !== undefined) return own;
      return common !== null && hashes.get(clientUrl) !== common ? 'has other data than the majority' : null;
    }
  }
  const detail = [...why].map(([name, complaint]) => `${name} ${complaint}`).join('; ');
  if (why.size === 0) return { kind: 'healthy' };
  const good = expected.length - why.size;
  return good >= quorum ? { kind: 'minority-broken', broken: [...why.keys()], detail } : { kind: 'lost', detail };
}

function mostCommon(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? null;
}
