import type { PersistentVolume } from '../../activities/kubernetes/objects.ts';
import type { Admitted } from '../recovery/input.ts';
import type { Verdict } from '../recovery/plan.ts';
import { chooseSnapshot, type SnapshotChoice } from './choose-snapshot.ts';
import { chooseZone } from './choose-zone.ts';
import { claimToCreate } from './claim-object.ts';
import { claimDefinition, standingOf } from './claim-plan.ts';
import type { VolumeRebindInput } from './contract.ts';
import { draftOf, recoveryPointOf } from './draft.ts';
import type { RebindFacts } from './facts.ts';
import { foreignFinalizers } from './finalizers.ts';
import { judgeLoss } from './loss.ts';
import { quiesce } from './quiesce.ts';
import { stillHeld } from './still-held.ts';
import { ebsDriver, savedVolume } from './storage.ts';
import { newVolumeObject, planVolumeObject } from './volume-object.ts';
import { wantedShape } from './volume-shape.ts';
import type { DataSource, RebindWork } from './work.ts';

/** The way through EC2: a new volume from a snapshot, or the old volume itself where only its objects are gone. Pure. */
export function decideEbs(admitted: Admitted<VolumeRebindInput>, facts: RebindFacts, now: number): Verdict<RebindWork> {
  const { input, settings } = admitted;
  const { namespace, pvc, force = false } = input;
  const { cluster: seen, saved, ec2Volume } = facts;
  const { claim, volume, storageClass, zones, consumers } = seen;
  const target = `claim ${namespace}/${pvc}`;
  const standing = standingOf(claim);
  const loss = judgeLoss(ec2Volume, volume?.zone ?? null);

  // Alive and bound: nothing is lost. Alive without a claim or a volume object: the objects are lost, not the data.
  const objectsLost = standing === 'gone' || standing === 'going' || (standing === 'bound' && volume === null);
  const reuse = loss.kind === 'alive' && !force && objectsLost;
  if (loss.kind === 'alive' && !force && !reuse) {
    return {
      kind: 'nothing-to-do',
      code: 'volume-not-lost',
      message: `${target}: ${loss.basis}${cameBackEmpty(facts)}${stillHeld(consumers)}`,
    };
  }
  const choice = reuse ? null : choose(admitted, facts);
  if (choice?.kind === 'refused') return { kind: 'refuse', code: choice.code, message: `${target}: ${choice.message}` };
  if (loss.kind === 'unknown' && !force && (volume !== null || ec2Volume !== null)) {
    return { kind: 'refuse', code: 'volume-state-unknown', message: `${target}: ${loss.basis}` };
  }

  const stop = quiesce(consumers, claim?.accessModes ?? [], standing === 'going');
  if (stop.kind === 'impossible') return { kind: 'refuse', code: 'workload-not-quiescable', message: stop.message };

  const found = claimDefinition(namespace, pvc, seen, saved, choice?.snapshot.sizeGiB ?? null);
  if (found === null) {
    return { kind: 'refuse', code: 'definition-unknown', message: `${target}: no definition of it is left anywhere` };
  }
  const originalZone = volume?.zone ?? ec2Volume?.zone ?? null;
  const placed = reuse
    ? { kind: 'chosen' as const, zone: ec2Volume?.zone ?? '', reason: 'the volume lies there', moved: false }
    : chooseZone(zones, originalZone, input.zone ?? null);
  if (placed.kind === 'refused')
    return { kind: 'refuse', code: 'no-schedulable-zone', message: `${target}: ${placed.message}` };
  const { zone } = placed;

  const asked = requestOf(found.definition.spec.resources?.requests?.storage, claim?.requestBytes ?? null);
  const shape =
    choice === null
      ? null
      : wantedShape({
          snapshot: choice.snapshot,
          old: ec2Volume?.shape ?? null,
          storageClass,
          requestBytes: asked,
          capacityBytes: volume?.capacityBytes ?? null,
        });
  const sizeGiB = shape?.sizeGiB ?? ec2Volume?.shape?.sizeGiB ?? 1;
  const name = volumeName(facts, namespace, pvc, choice);
  const pattern = (volume?.definition as unknown as PersistentVolume | undefined) ?? savedVolume(saved);
  const wanted = { name, namespace, claim: pvc, zone, sizeGiB };
  const { spec } = found.definition;
  const plainClaim = {
    accessModes: spec.accessModes ?? [],
    volumeMode: spec.volumeMode === 'Block' ? ('Block' as const) : ('Filesystem' as const),
    storageClassName: spec.storageClassName ?? null,
  };
  const volumeObject =
    pattern === null ? newVolumeObject(wanted, plainClaim, storageClass) : planVolumeObject(pattern, wanted);

  const source: DataSource =
    choice === null || shape === null
      ? { kind: 'ebs-volume', volumeId: ec2Volume?.volumeId ?? '' }
      : {
          kind: 'ebs-snapshot',
          volume: {
            pvName: name,
            snapshotId: choice.snapshot.snapshotId,
            zone,
            sizeGiB,
            type: shape.type,
            iops: shape.iops,
            throughputMiBps: shape.throughputMiBps,
            encrypted: shape.encrypted,
            kmsKeyId: shape.kmsKeyId,
            initializationRateMiBps: input.initializationRateMiBps ?? null,
            name: `${input.cluster}-${name}`,
            tags: {
              ...(ec2Volume?.tags ?? choice.snapshot.tags),
              'kubernetes.io/created-for/pvc/namespace': namespace,
              'kubernetes.io/created-for/pvc/name': pvc,
              'kubernetes.io/created-for/pv/name': name,
            },
          },
        };
  const keeps = standing === 'bound' || standing === 'never-bound';
  const work: RebindWork = {
    cluster: input.cluster,
    region: settings.region,
    bucket: settings.artefactBucket,
    namespace,
    claim: pvc,
    claimUid: keeps ? (claim?.uid ?? null) : null,
    newClaim: keeps
      ? null
      : { desired: claimToCreate(found.definition, { volumeName: name }), replaceUid: claim?.uid ?? null },
    undoClaim: null,
    oldVolume:
      volume === null
        ? null
        : {
            name: volume.name,
            uid: volume.uid,
            reclaimPolicy: volume.reclaimPolicy,
            definition: volume.definition as unknown as PersistentVolume,
          },
    volumeObject,
    source,
    workloads: stop.workloads,
    save: definitionsToSave(facts),
    database: databaseOf(facts),
  };
  const draft = draftOf({
    summary: summaryOf(target, source, shape?.basis ?? null, placed),
    recoveryPoint:
      choice === null
        ? { seconds: 0, basis: `the volume itself is there: ${loss.basis}` }
        : recoveryPointOf(choice.snapshot.snapshotId, choice.snapshot.startedAt, now),
    targetSeconds: settings.targets.recoveryPointSeconds,
    workloads: stop.workloads,
    consumers,
    driver: { name: ebsDriver, installed: seen.csiDrivers.includes(ebsDriver) },
    rehearsal: facts.rehearsal,
    foreignFinalizers: foreignFinalizers(volume?.finalizers ?? []),
    formerPolicy: volume?.reclaimPolicy ?? null,
    warnings: [
      choice?.warning ?? null,
      placed.moved ? `the volume moves from zone ${originalZone} to ${zone}: ${placed.reason}` : null,
      keeps ? null : `the claim is created anew from ${found.basis}; its uid changes`,
      loss.kind === 'lost'
        ? null
        : force
          ? `by the operator's word the data is lost; ${loss.basis}, and is left as it is`
          : null,
      choice !== null && input.initializationRateMiBps === undefined
        ? 'first reads of the new volume are slow until its blocks are fetched from the snapshot'
        : null,
    ],
  });
  const reason = choice === null ? loss.basis : `${loss.basis}; ${choice.snapshot.snapshotId}: ${choice.reason}`;
  return { kind: 'proceed', reason, work, draft };
}

function choose({ input }: Admitted<VolumeRebindInput>, { ec2Snapshots, ec2Volume }: RebindFacts): SnapshotChoice {
  if (ec2Snapshots === null)
    return { kind: 'refused', code: 'no-snapshot', message: 'EC2 was not asked for snapshots' };
  const { KubernetesCluster: told } = ec2Volume?.tags ?? {};
  return chooseSnapshot(ec2Snapshots, {
    claim: `${input.namespace}/${input.pvc}`,
    snapshotId: input.snapshotId ?? null,
    clusterNames: told === undefined ? [input.cluster] : [input.cluster, told],
  });
}

/** The surviving claim names its volume object, so the name must stay; elsewhere the old name is taken where it is known. */
function volumeName(facts: RebindFacts, namespace: string, pvc: string, choice: SnapshotChoice | null): string {
  const { claim, volume } = facts.cluster;
  const known = volume?.name ?? claim?.volumeName ?? savedVolume(facts.saved)?.metadata.name;
  if (known) return known;
  if (claim !== null) return `pvc-${claim.uid}`;
  const snapshot = choice?.kind === 'chosen' ? choice.snapshot : null;
  const tagged = snapshot?.tags['kubernetes.io/created-for/pv/name'] ?? snapshot?.tags['velero.io/pv'];
  const mark = (snapshot?.snapshotId ?? facts.ec2Volume?.volumeId ?? '').replace(/^(snap|vol)-/, '');
  return tagged ?? `rekindle-${namespace}-${pvc}-${mark}`.slice(0, 253);
}

function requestOf(storage: string | undefined, known: number | null): number | null {
  if (known !== null) return known;
  const gibi = /^(\d+)Gi$/.exec(storage ?? '');
  return gibi === null ? null : Number(gibi[1]) * 1024 ** 3;
}

/** A claim that was deleted and made anew by its StatefulSet is bound to an empty volume: say so, for it looks healthy. */
function cameBackEmpty({ cluster, ec2Snapshots, ec2Volume }: RebindFacts): string {
  const created = cluster.claim?.createdAt;
  const older = ec2Snapshots?.candidates.find(
    ({ startedAt, volumeId }) =>
      created && startedAt !== null && startedAt < created && volumeId !== ec2Volume?.volumeId,
  );
  if (older === undefined) return '';
  return (
    `. The claim is younger (${created}) than snapshot ${older.snapshotId} of another volume (${older.startedAt}): if it was ` +
    `deleted and came back empty, start again with force and snapshotId ${older.snapshotId}`
  );
}

function summaryOf(
  target: string,
  source: DataSource,
  basis: string | null,
  { zone, reason }: { readonly zone: string; readonly reason: string },
): string {
  if (source.kind !== 'ebs-snapshot') {
    return `Bind ${target} to its own volume ${source.kind === 'ebs-volume' ? source.volumeId : ''} again`;
  }
  const { snapshotId, type, sizeGiB } = source.volume;
  return `Bind ${target} to a new ${type} volume of ${sizeGiB} GiB (as ${basis}) from ${snapshotId} in ${zone} (${reason})`;
}

/** The claim first, then its volume object: the order in which they would be applied again. */
export function definitionsToSave({ cluster, saved }: RebindFacts): RebindWork['save'] {
  const live = [cluster.claim?.definition, cluster.volume?.definition].filter((definition) => definition !== undefined);
  return live.length > 0 ? (live as unknown as RebindWork['save']) : saved;
}

export function databaseOf({ cluster }: RebindFacts): RebindWork['database'] {
  const found = cluster.consumers.find(({ database }) => database !== null)?.database ?? null;
  return found === null ? null : { kind: found.kind, container: found.container };
}
