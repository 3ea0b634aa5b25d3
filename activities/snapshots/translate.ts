import { madeBy } from '../kubernetes/marks.ts';
import { quantityBytes } from '../kubernetes/quantity.ts';
import type { VolumeSnapshot, VolumeSnapshotClass, VolumeSnapshotContent } from './objects.ts';
import type { ClusterSnapshot, ListClusterSnapshotsInput, SnapshotContent, SnapshotObject } from './types.ts';

const defaultClassAnnotation = 'snapshot.storage.kubernetes.io/is-default-class';

export function objectOf(snapshot: VolumeSnapshot): SnapshotObject {
  const { metadata, spec, status } = snapshot;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    claim: spec.source.persistentVolumeClaimName ?? null,
    snapshotClass: spec.volumeSnapshotClassName ?? null,
    contentName: status?.boundVolumeSnapshotContentName ?? spec.source.volumeSnapshotContentName ?? null,
    readyToUse: status?.readyToUse === true,
    restoreSizeBytes: quantityBytes(status?.restoreSize),
    createdAt: status?.creationTime ?? null,
    error: status?.error?.message ?? null,
    madeByRecovery: madeBy(snapshot),
  };
}

export function contentOf(content: VolumeSnapshotContent): SnapshotContent {
  const { metadata, spec, status } = content;
  const { name, namespace } = spec.volumeSnapshotRef;
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    driver: spec.driver,
    deletionPolicy: spec.deletionPolicy,
    snapshotHandle: status?.snapshotHandle ?? spec.source.snapshotHandle ?? null,
    volumeHandle: spec.source.volumeHandle ?? null,
    sourceVolumeMode: spec.sourceVolumeMode ?? null,
    snapshotClass: spec.volumeSnapshotClassName ?? null,
    readyToUse: status?.readyToUse === true,
    restoreSizeBytes: status?.restoreSize ?? null,
    createdAt: status?.creationTime === undefined ? null : new Date(status.creationTime / 1e6).toISOString(),
    boundTo: name && namespace ? { namespace, name } : null,
    error: status?.error?.message ?? null,
    madeByRecovery: madeBy(content),
  };
}

/**
 * The snapshots that belong to a claim, newest first. A content outlives its VolumeSnapshot, so it is also known by the handle of
 * the volume alone; one that a recovery imported is shown only where it is the one named, because it stands for another one's data.
 */
export function claimSnapshots(
  contents: readonly VolumeSnapshotContent[],
  snapshots: readonly VolumeSnapshot[],
  by: ListClusterSnapshotsInput,
): readonly ClusterSnapshot[] {
  const objects = snapshots.map(objectOf);
  return contents
    .map(contentOf)
    .filter((content) => !by.driver || content.driver === by.driver)
    .map((content) => {
      const object = objects.find((one) => boundTogether(content, one)) ?? null;
      return { content, object, matches: matchesOf(content, object, by) };
    })
    .filter(({ matches }) => matches.length > 0)
    .sort((left, right) => newestFirst(left.content, right.content));
}

/** The class for a driver: its default, else its only one; null when that is not told. */
export function classFor(driver: string, classes: readonly VolumeSnapshotClass[]): string | null {
  const own = classes.filter((one) => one.driver === driver);
  const byDefault = own.filter((one) => one.metadata.annotations?.[defaultClassAnnotation] === 'true');
  const chosen = byDefault.length > 0 ? byDefault : own;
  return chosen.length === 1 ? (chosen[0]?.metadata.name ?? null) : null;
}

function boundTogether(content: SnapshotContent, object: SnapshotObject): boolean {
  const { boundTo } = content;
  return object.contentName === content.name && boundTo?.namespace === object.namespace && boundTo.name === object.name;
}

function matchesOf(
  content: SnapshotContent,
  object: SnapshotObject | null,
  by: ListClusterSnapshotsInput,
): ClusterSnapshot['matches'] {
  const matches: ('claim' | 'volume-handle' | 'named')[] = [];
  if (by.named && [content.name, content.snapshotHandle, object?.name].includes(by.named)) matches.push('named');
  if (content.madeByRecovery !== null) return matches;
  if (object?.namespace === by.claim.namespace && object.claim === by.claim.name) matches.push('claim');
  if (by.volumeHandle && content.volumeHandle === by.volumeHandle) matches.push('volume-handle');
  return matches;
}

function newestFirst(left: SnapshotContent, right: SnapshotContent): number {
  const [leftTime, rightTime] = [left.createdAt ?? '', right.createdAt ?? ''];
  if (leftTime !== rightTime) return leftTime < rightTime ? 1 : -1;
  return left.name < right.name ? -1 : 1;
}
