import type { SnapshotCandidate, SnapshotMatch, SnapshotSearchResult } from '../../activities/ec2/types.ts';
import type { Code } from '../../errors/codes.ts';

export type SnapshotChoice =
  | {
      readonly kind: 'chosen';
      readonly snapshot: SnapshotCandidate;
      readonly reason: string;
      readonly warning: string | null;
    }
  | { readonly kind: 'refused'; readonly code: Code; readonly message: string };

/** What is known for certain of the cluster that the claim lives in. */
export interface SnapshotContext {
  readonly claim: string;
  readonly snapshotId: string | null;
  /** Names that our cluster goes by in tags. */
  readonly clusterNames: readonly string[];
}

/**
 * The snapshot to restore from. Pure. The one that the operator named; else the newest completed one of those that surely are of
 * this claim. Snapshots known by tags alone may belong to a claim of the same name in another cluster: of such, two that differ
 * in their cluster are never chosen between.
 */
export function chooseSnapshot(
  { candidates, vantage, missing }: SnapshotSearchResult,
  context: SnapshotContext,
): SnapshotChoice {
  const { snapshotId, claim } = context;
  const usability = (candidate: SnapshotCandidate) => refusalOf(candidate, vantage.accountId);
  if (snapshotId !== null) {
    const named = candidates.find((candidate) => candidate.snapshotId === snapshotId);
    if (named === undefined || named.state === 'missing' || missing.includes(snapshotId)) {
      return refused(
        'snapshot-unknown',
        `EC2 does not know ${snapshotId} in account ${vantage.accountId}, ${vantage.region}`,
      );
    }
    const refusal = usability(named);
    if (refusal !== null) return refusal;
    const alone = named.matches.every((match) => match === 'named');
    const warning = alone ? `nothing but the operator's word says that ${snapshotId} is of this claim` : null;
    return { kind: 'chosen', snapshot: named, reason: 'named by the operator', warning };
  }
  if (candidates.length === 0) {
    return refused(
      'no-snapshot',
      `no snapshot of claim ${claim} was found in account ${vantage.accountId}, ${vantage.region}`,
    );
  }
  const usable = candidates.filter((candidate) => usability(candidate) === null);
  if (usable.length === 0) return usability(newest(candidates)) as SnapshotChoice;

  const names = new Set([...context.clusterNames, ...clustersOfExactMatches(usable)]);
  const certain = usable.filter((candidate) => isCertain(candidate, names));
  if (certain.length > 0) {
    const snapshot = newest(certain);
    return { kind: 'chosen', snapshot, reason: reasonFor(snapshot, certain.length), warning: null };
  }
  return chooseUncertain(usable);
}

/** Only tags speak for these, and not for our cluster by name. */
function chooseUncertain(usable: readonly SnapshotCandidate[]): SnapshotChoice {
  const best = Math.max(...usable.map(strength));
  const equals = usable.filter((candidate) => strength(candidate) === best);
  const clusters = new Set(equals.map((candidate) => candidate.clusters.join('+')));
  if (clusters.size > 1) {
    const listed = equals.map(
      ({ snapshotId, clusters: of }) => `${snapshotId} (${of.join(', ') || 'no cluster told'})`,
    );
    return refused('snapshot-ambiguous', `equally good snapshots of different clusters: ${listed.join(', ')}`);
  }
  const snapshot = newest(equals);
  const of = snapshot.clusters.join(', ');
  if (of === '') return { kind: 'chosen', snapshot, reason: reasonFor(snapshot, equals.length), warning: null };
  if (best < 2) {
    return refused(
      'snapshot-foreign-cluster',
      `${snapshot.snapshotId} is of a claim of this name, but of cluster ${of}`,
    );
  }
  return {
    kind: 'chosen',
    snapshot,
    reason: reasonFor(snapshot, equals.length),
    warning: `${snapshot.snapshotId} carries the name of cluster ${of}`,
  };
}

function refusalOf(candidate: SnapshotCandidate, accountId: string): SnapshotChoice | null {
  const { snapshotId, state, ownerAccountId, storageTier, progressPercent } = candidate;
  if (ownerAccountId !== accountId) {
    return refused(
      'snapshot-foreign-account',
      `${snapshotId} belongs to account ${ownerAccountId}, the cluster to ${accountId}`,
    );
  }
  if (state !== 'completed') {
    const progress = progressPercent === null ? '' : `, ${progressPercent} % done`;
    return refused('snapshot-not-completed', `${snapshotId} is ${state}${progress}`);
  }
  if (storageTier === 'archive') return refused('snapshot-archived', `${snapshotId} lies in the archive tier`);
  return null;
}

/** 3: the very volume. 2: a volume object of a name that no other has. 1: a claim of the same name, here or elsewhere. */
function strength({ matches, tags }: SnapshotCandidate): number {
  const has = (match: SnapshotMatch) => matches.includes(match);
  if (has('volume-id') || has('csi-snapshot-handle')) return 3;
  if ((has('created-for-pv') || has('velero-pv')) && Object.values(tags).some(isGeneratedName)) return 2;
  return 1;
}

function isGeneratedName(value: string): boolean {
  return /^pvc-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value);
}

function isCertain(candidate: SnapshotCandidate, ours: ReadonlySet<string>): boolean {
  const { clusters } = candidate;
  if (clusters.length > 0) return clusters.some((name) => ours.has(name));
  return strength(candidate) >= 2;
}

/** A snapshot of the very volume tells what our cluster is called in tags, provided that all such tell the same. */
function clustersOfExactMatches(candidates: readonly SnapshotCandidate[]): readonly string[] {
  const told = candidates.filter((candidate) => strength(candidate) === 3 && candidate.clusters.length > 0);
  const names = new Set(told.flatMap(({ clusters }) => clusters));
  return names.size === 1 ? [...names] : [];
}

function newest(candidates: readonly SnapshotCandidate[]): SnapshotCandidate {
  const sorted = candidates.toSorted((left, right) => (right.startedAt ?? '').localeCompare(left.startedAt ?? ''));
  return sorted[0] as SnapshotCandidate;
}

const inWords: Readonly<Record<SnapshotMatch, string>> = {
  named: 'named by the operator',
  'volume-id': 'taken of the lost volume',
  'csi-snapshot-handle': 'known to the cluster as a VolumeSnapshot of the claim',
  'created-for-claim': 'tagged with the claim',
  'created-for-pv': 'tagged with the volume object',
  'velero-pv': 'tagged by Velero with the volume object',
};

function reasonFor({ matches }: SnapshotCandidate, of: number): string {
  const how = matches.map((match) => inWords[match]).join(', ');
  return `newest completed of ${of}; ${how}`;
}

function refused(code: Code, message: string): SnapshotChoice {
  return { kind: 'refused', code, message };
}
