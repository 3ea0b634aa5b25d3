import type { Ec2Snapshot, SnapshotQuery } from './port.ts';
import { clustersOf } from './tags.ts';
import type { SnapshotCandidate, SnapshotMatch, SnapshotSearch } from './types.ts';
import { parseVolumeHandle } from './volume-handle.ts';

/** EC2 takes at most 200 values in one filter. */
const valuesPerFilter = 200;

const claimTags = { namespace: 'kubernetes.io/created-for/pvc/namespace', name: 'kubernetes.io/created-for/pvc/name' };

/** Tags whose value is the name of the PersistentVolume: the CSI driver's, the provisioner's and, for Velero, its own. */
const pvTags: readonly { readonly key: string; readonly match: SnapshotMatch }[] = [
  { key: 'kubernetes.io/created-for/pv/name', match: 'created-for-pv' },
  { key: 'CSIVolumeName', match: 'created-for-pv' },
  { key: 'velero.io/pv', match: 'velero-pv' },
];

/** The requests whose answers together hold every snapshot that may belong to the claim. Empty when nothing is known. */
export function snapshotQueries(search: SnapshotSearch): readonly SnapshotQuery[] {
  const queries: SnapshotQuery[] = [];
  for (const ids of chunks(knownIds(search))) queries.push({ owner: 'anyone', filters: { 'snapshot-id': ids } });
  const volumeId = volumeIdOf(search);
  if (volumeId !== null) queries.push({ owner: 'self', filters: { 'volume-id': [volumeId] } });
  if (search.claim) {
    const { namespace, name } = search.claim;
    queries.push({
      owner: 'self',
      filters: { [`tag:${claimTags.namespace}`]: [namespace], [`tag:${claimTags.name}`]: [name] },
    });
  }
  // One request for all three tags: the value is looked for under any key, and the key is checked afterwards.
  if (search.pvName) queries.push({ owner: 'self', filters: { 'tag-value': [search.pvName] } });
  return queries;
}

/** Every reason why a snapshot may belong to the claim, the surest first. */
export function snapshotMatches(snapshot: Ec2Snapshot, search: SnapshotSearch): readonly SnapshotMatch[] {
  const matches = new Set<SnapshotMatch>();
  if (snapshot.snapshotId === search.snapshotId) matches.add('named');
  if (snapshot.volumeId !== null && snapshot.volumeId === volumeIdOf(search)) matches.add('volume-id');
  if (search.snapshotHandles?.includes(snapshot.snapshotId)) matches.add('csi-snapshot-handle');
  const { claim, pvName } = search;
  if (claim && snapshot.tags[claimTags.namespace] === claim.namespace && snapshot.tags[claimTags.name] === claim.name) {
    matches.add('created-for-claim');
  }
  for (const { key, match } of pvTags) if (pvName && snapshot.tags[key] === pvName) matches.add(match);
  return [...matches];
}

/** Candidates once each, newest first; those that match for no reason are left out. */
export function snapshotCandidates(
  found: readonly Ec2Snapshot[],
  search: SnapshotSearch,
): { readonly candidates: readonly SnapshotCandidate[]; readonly missing: readonly string[] } {
  const byId = new Map(found.map((snapshot) => [snapshot.snapshotId, snapshot]));
  const candidates = [...byId.values()]
    .map((snapshot) => ({
      ...snapshot,
      region: search.region,
      clusters: clustersOf(snapshot.tags),
      veleroBackup: snapshot.tags['velero.io/backup'] ?? null,
      matches: snapshotMatches(snapshot, search),
    }))
    .filter((candidate) => candidate.matches.length > 0)
    .sort(newestFirst);
  return { candidates, missing: knownIds(search).filter((id) => !byId.has(id)) };
}

function newestFirst(left: SnapshotCandidate, right: SnapshotCandidate): number {
  const [leftStart, rightStart] = [left.startedAt ?? '', right.startedAt ?? ''];
  if (leftStart !== rightStart) return leftStart < rightStart ? 1 : -1;
  return left.snapshotId < right.snapshotId ? -1 : 1;
}

function knownIds(search: SnapshotSearch): readonly string[] {
  return [...new Set([...(search.snapshotId ? [search.snapshotId] : []), ...(search.snapshotHandles ?? [])])];
}

function volumeIdOf(search: SnapshotSearch): string | null {
  return search.volumeId ? (parseVolumeHandle(search.volumeId)?.volumeId ?? null) : null;
}

function chunks(ids: readonly string[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (let start = 0; start < ids.length; start += valuesPerFilter)
    found.push(ids.slice(start, start + valuesPerFilter));
  return found;
}
