import type { PersistentVolume } from '../../activities/kubernetes/objects.ts';
import type { ClusterSnapshot } from '../../activities/snapshots/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import { claimToCreate } from './claim-object.ts';
import { claimDefinition, standingOf } from './claim-plan.ts';
import type { VolumeRebindInput } from './contract.ts';
import { databaseOf, definitionsToSave } from './decide-ebs.ts';
import { draftOf, recoveryPointOf } from './draft.ts';
import type { RebindFacts } from './facts.ts';
import { foreignFinalizers } from './finalizers.ts';
import { quiesce } from './quiesce.ts';
import type { StorageRoute } from './storage.ts';
import { gibibytes } from './volume-id.ts';
import type { RebindWork } from './work.ts';

/**
 * The way through snapshot objects of the cluster, for drivers whose storage has no API that we ask. Nothing there proves a loss
 * while the claim has its volume object, so the operator's word is needed. Pure.
 */
export function decideCsi(
  { input, settings }: Admitted<VolumeRebindInput>,
  facts: RebindFacts,
  { driver }: Extract<StorageRoute, { kind: 'csi' }>,
  now: number,
): Verdict<RebindWork> {
  const { namespace, pvc, force = false } = input;
  const { cluster: seen, saved, clusterSnapshots } = facts;
  const { claim, volume, consumers, storageClass } = seen;
  const target = `claim ${namespace}/${pvc}`;
  const standing = standingOf(claim);
  if (volume !== null && !force) {
    const message = `${target}: nothing tells whether the volume of driver ${driver} is lost`;
    return { kind: 'refuse', code: 'volume-state-unknown', message };
  }
  if (!clusterSnapshots.supported) {
    const message = `${target} lies on driver ${driver}, and the cluster has no VolumeSnapshots to come back from`;
    return { kind: 'refuse', code: 'driver-unsupported', message };
  }
  const snapshot = chooseClusterSnapshot(clusterSnapshots.snapshots, driver, input.snapshotId ?? null);
  if (snapshot === null) {
    const named = input.snapshotId === undefined ? '' : ` named ${input.snapshotId}`;
    return {
      kind: 'refuse',
      code: 'no-snapshot',
      message: `${target}: no usable snapshot${named} of driver ${driver}`,
    };
  }
  const stop = quiesce(consumers, claim?.accessModes ?? [], standing !== 'gone');
  if (stop.kind === 'impossible') return { kind: 'refuse', code: 'workload-not-quiescable', message: stop.message };
  const { content, object } = snapshot;
  const restoreBytes = object?.restoreSizeBytes ?? content.restoreSizeBytes;
  const restoreGiB = restoreBytes === null ? null : gibibytes(restoreBytes);
  const found = claimDefinition(namespace, pvc, seen, saved, restoreGiB);
  if (found === null) {
    return { kind: 'refuse', code: 'definition-unknown', message: `${target}: no definition of it is left anywhere` };
  }
  const requestGiB = gibibytes(claim?.requestBytes ?? 0);
  const grows = claim !== null && restoreGiB !== null && restoreGiB > requestGiB;
  const desired = claimToCreate(found.definition, {
    snapshotName: snapshotPlaceholder,
    ...(grows && { storage: `${restoreGiB}Gi` }),
  });
  const handle = content.snapshotHandle ?? '';
  const work: RebindWork = {
    cluster: input.cluster,
    region: settings.region,
    bucket: settings.artefactBucket,
    namespace,
    claim: pvc,
    claimUid: null,
    newClaim: { desired, replaceUid: claim?.uid ?? null },
    undoClaim:
      standing === 'bound' && volume !== null ? claimToCreate(found.definition, { volumeName: volume.name }) : null,
    oldVolume:
      volume === null
        ? null
        : {
            name: volume.name,
            uid: volume.uid,
            reclaimPolicy: volume.reclaimPolicy,
            definition: volume.definition as unknown as PersistentVolume,
          },
    volumeObject: null,
    source: {
      kind: 'csi-snapshot',
      snapshot: {
        driver,
        snapshotHandle: handle,
        sourceVolumeMode: content.sourceVolumeMode === 'Block' ? 'Block' : 'Filesystem',
        snapshotClass: object?.snapshotClass ?? content.snapshotClass,
      },
      boundBeforeStart: (storageClass?.bindingMode ?? 'Immediate') === 'Immediate',
    },
    workloads: stop.workloads,
    save: definitionsToSave(facts),
    database: databaseOf(facts),
  };
  const draft = draftOf({
    summary: `Bind ${target} to a new volume that driver ${driver} fills from ${handle}`,
    recoveryPoint: recoveryPointOf(handle, content.createdAt ?? object?.createdAt ?? null, now),
    targetSeconds: settings.targets.recoveryPointSeconds,
    workloads: stop.workloads,
    consumers,
    driver: { name: driver, installed: seen.csiDrivers.includes(driver) },
    foreignFinalizers: foreignFinalizers([]),
    formerPolicy: null,
    warnings: [
      `the claim is created anew from ${found.basis}; its uid changes, because a claim's source cannot be changed`,
      volume === null ? null : `the old volume object ${volume.name} stays, Retain and released, for a person to judge`,
      volume === null ? null : `by the operator's word the data on ${volume.name} is lost`,
    ],
  });
  const why = snapshot.matches.join(', ');
  return { kind: 'proceed', reason: `snapshot ${handle} of driver ${driver} (${why})`, work, draft };
}

/** Stands for the imported snapshot's name until the import tells it. */
export const snapshotPlaceholder = 'imported-by-the-recovery';

/** The named one, else the newest that is ready; of the claim's own driver only. Pure. */
export function chooseClusterSnapshot(
  snapshots: readonly ClusterSnapshot[],
  driver: string,
  named: string | null,
): ClusterSnapshot | null {
  const usable = snapshots.filter(
    ({ content }) => content.driver === driver && content.snapshotHandle !== null && content.error === null,
  );
  if (named !== null) return usable.find(({ matches }) => matches.includes('named')) ?? null;
  const ready = usable.filter(({ content }) => content.readyToUse);
  return ready.toSorted((left, right) => created(right).localeCompare(created(left)))[0] ?? null;
}

function created({ content, object }: ClusterSnapshot): string {
  return content.createdAt ?? object?.createdAt ?? '';
}
