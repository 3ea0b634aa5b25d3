import type { MovedVolume } from '../../activities/backup-stores/types.ts';
import type { SnapshotCandidate, SnapshotSearchResult } from '../../activities/ec2/types.ts';
import type { Precondition } from '../recovery/plan.ts';
import { claimToCreate } from '../volume-rebind/claim-object.ts';
import { planVolumeObject } from '../volume-rebind/volume-object.ts';
import { wantedShape } from '../volume-rebind/volume-shape.ts';
import type { VolumeMove } from './work.ts';

/** The snapshots that EC2 was asked for, one for each volume that is moved, in their order. */
export type AskedSnapshots = readonly SnapshotSearchResult[];

/** The volumes to make, in the order of the survey; one whose snapshot is not usable is left to the precondition. Pure. */
export function volumeMoves(
  cluster: string,
  moved: readonly MovedVolume[],
  snapshots: AskedSnapshots,
): readonly VolumeMove[] {
  return moved.flatMap((one, index) => {
    const snapshot = usable(one, snapshots[index]);
    return snapshot === null ? [] : [moveOf(cluster, one, snapshot)];
  });
}

function moveOf(cluster: string, moved: MovedVolume, snapshot: SnapshotCandidate): VolumeMove {
  const { volume, claim, zone, type, iops } = moved;
  const { name } = volume.metadata;
  const { name: claimName, namespace = '' } = claim.metadata;
  const shape = wantedShape({
    snapshot,
    old: {
      ...{ type, iops, throughputMiBps: null },
      ...{ sizeGiB: snapshot.sizeGiB, encrypted: snapshot.encrypted, kmsKeyId: snapshot.kmsKeyId },
    },
    storageClass: null,
    requestBytes: null,
    capacityBytes: null,
  });
  const { basis: _basis, ...sized } = shape;
  return {
    namespace: moved.namespace,
    claim: claimToCreate(claim, { volumeName: name }),
    object: planVolumeObject(volume, { name, namespace, claim: claimName, zone, sizeGiB: sized.sizeGiB }),
    formerPolicy: volume.spec.persistentVolumeReclaimPolicy ?? 'Retain',
    volume: {
      ...sized,
      pvName: name,
      snapshotId: snapshot.snapshotId,
      zone,
      name: `${cluster}-${name}`,
      tags: {
        'kubernetes.io/created-for/pvc/namespace': namespace,
        'kubernetes.io/created-for/pvc/name': claimName,
        'kubernetes.io/created-for/pv/name': name,
      },
    },
  };
}

function usable({ snapshotId }: MovedVolume, asked: SnapshotSearchResult | undefined): SnapshotCandidate | null {
  const found = asked?.candidates.find((one) => one.snapshotId === snapshotId);
  return found?.state === 'completed' && found.storageTier !== 'archive' ? found : null;
}

export interface MoveQuestions {
  readonly moved: readonly MovedVolume[];
  readonly count: number;
  readonly snapshots: AskedSnapshots;
  readonly remapped: boolean;
}

/** What must hold so that volumes can be made in other zones. None where none is moved. Pure. */
export function movePreconditions({ moved, count, snapshots, remapped }: MoveQuestions): readonly Precondition[] {
  if (count === 0) return [];
  const lost = moved.filter((one, index) => usable(one, snapshots[index]) === null);
  const names = lost.map(
    ({ snapshotId, claim }) => `${snapshotId} of ${claim.metadata.namespace}/${claim.metadata.name}`,
  );
  const detail =
    lost.length > 0
      ? `EC2 has no completed snapshot ${names.join(', ')} here`
      : count > moved.length
        ? `${count} volumes are too many for one run, which takes ${moved.length}: name fewer namespaces`
        : 'so it is';
  return [
    {
      name: 'volumes can be made in the zones of the mapping',
      blocking: true,
      met: lost.length === 0 && count === moved.length,
      detail,
    },
    {
      name: 'moved volumes keep their namespace',
      blocking: true,
      met: !remapped,
      detail: remapped
        ? 'of a volume object that is there Velero makes a second volume for a mapped namespace, in the old zone: leave out namespaceMapping'
        : 'so it is',
    },
  ];
}

export function describeMove({ volume, claim }: VolumeMove): string {
  return `claim ${claim.metadata.namespace}/${claim.metadata.name} in ${volume.zone}, from ${volume.snapshotId}`;
}
