import type { RestoreWave, RestoreWork } from './work.ts';

/**
 * Name of the Restore of a wave and attempt, counted from 1: the same for every repeat, so that a repeat finds its own, and another
 * one for another attempt. At most 63 characters, since Velero writes it into a label.
 */
export function restoreName(recoveryId: string, wave: number, attempt: number): string {
  return `rekindle-${recoveryId}-${wave}-${attempt}`.slice(0, 63);
}

export function modifiersName(recoveryId: string): string {
  return `rekindle-${recoveryId}`;
}

/** Kinds that are created where they are missing, and never changed. */
export const volumeKinds: readonly string[] = ['persistentvolumeclaims', 'persistentvolumes'];

/** The specification of a Velero Restore. Pure. */
export function restoreSpec(
  work: RestoreWork,
  wave: RestoreWave,
  recoveryId: string,
): Readonly<Record<string, unknown>> {
  const { backup, labelSelector, namespaceMapping, existing, modifiers } = work;
  return {
    backupName: backup,
    restorePVs: true,
    existingResourcePolicy: existing === 'keep' || wave.part === 'volumes' ? 'none' : 'update',
    ...(wave.namespaces !== null && { includedNamespaces: wave.namespaces }),
    ...kindsOf(work, wave),
    ...(labelSelector !== null && { labelSelector }),
    ...(Object.keys(namespaceMapping).length > 0 && { namespaceMapping }),
    ...(modifiers.length > 0 && { resourceModifier: { kind: 'ConfigMap', name: modifiersName(recoveryId) } }),
  };
}

/** Velero refuses a kind that is named on both sides. */
function kindsOf({ includedResources, excludedResources }: RestoreWork, { part }: RestoreWave) {
  if (part === 'volumes') return { includedResources: volumeKinds };
  const apart = part === 'rest' ? volumeKinds : [];
  return includedResources === null
    ? { excludedResources: [...new Set([...excludedResources, ...apart])] }
    : { includedResources: includedResources.filter((resource) => !apart.includes(resource)) };
}
