import type { ClaimState, StorageClassState, VolumeSource, VolumeState } from './claim-facts.ts';
import { cleanDefinition } from './definitions.ts';
import { madeBy } from './marks.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from './objects.ts';
import { quantityBytes } from './quantity.ts';
import { zoneLabels } from './scheduling.ts';

/** Vendor objects to ours. Pure. */
export function claimState(claim: PersistentVolumeClaim): ClaimState {
  const { metadata, spec, status } = claim;
  return {
    uid: metadata.uid ?? '',
    phase: status?.phase ?? 'Pending',
    volumeName: spec.volumeName === undefined || spec.volumeName === '' ? null : spec.volumeName,
    terminating: metadata.deletionTimestamp !== undefined,
    createdAt: metadata.creationTimestamp ?? null,
    requestBytes: quantityBytes(spec.resources?.requests?.storage),
    storageClassName: spec.storageClassName ?? null,
    accessModes: spec.accessModes ?? [],
    volumeMode: spec.volumeMode === 'Block' ? 'Block' : 'Filesystem',
    definition: cleanDefinition(claim),
  };
}

export function volumeState(volume: PersistentVolume): VolumeState {
  const { metadata, spec, status } = volume;
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    phase: status?.phase ?? 'Unknown',
    terminating: metadata.deletionTimestamp !== undefined,
    source: sourceOf(volume),
    reclaimPolicy: spec.persistentVolumeReclaimPolicy ?? 'Retain',
    zone: zoneOfVolume(volume),
    capacityBytes: quantityBytes(spec.capacity?.storage),
    claimUid: spec.claimRef?.uid ?? null,
    finalizers: metadata.finalizers ?? [],
    madeByRecovery: madeBy(volume),
    definition: cleanDefinition(volume),
  };
}

export function sourceOf({ spec }: PersistentVolume): VolumeSource {
  if (spec.csi !== undefined) return { kind: 'csi', driver: spec.csi.driver, handle: spec.csi.volumeHandle };
  if (spec.awsElasticBlockStore !== undefined)
    return { kind: 'in-tree-ebs', handle: spec.awsElasticBlockStore.volumeID };
  const known = new Set(['capacity', 'accessModes', 'claimRef', 'nodeAffinity', 'mountOptions', 'storageClassName']);
  const plugin = Object.keys(spec).find(
    (field) => !known.has(field) && typeof spec[field] === 'object' && spec[field] !== null,
  );
  return { kind: 'other', plugin: plugin ?? 'unknown' };
}

/** By node affinity, else by label, else by the in-tree handle, which begins with the zone. */
function zoneOfVolume({ metadata, spec }: PersistentVolume): string | null {
  for (const term of spec.nodeAffinity?.required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values } of term.matchExpressions ?? []) {
      if (operator === 'In' && zoneLabels.some((label) => label === key) && values?.[0] !== undefined) return values[0];
    }
  }
  for (const label of zoneLabels) {
    const zone = metadata.labels?.[label];
    if (zone !== undefined) return zone;
  }
  return /^aws:\/\/([a-z0-9-]+)\//.exec(spec.awsElasticBlockStore?.volumeID ?? '')?.[1] ?? null;
}

export function storageClassState(storageClass: StorageClass): StorageClassState {
  return {
    name: storageClass.metadata.name,
    provisioner: storageClass.provisioner,
    parameters: storageClass.parameters ?? {},
    bindingMode: storageClass.volumeBindingMode ?? 'Immediate',
    mountOptions: storageClass.mountOptions ?? [],
  };
}
