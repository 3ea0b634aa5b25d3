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

/** The specification of a Velero Restore. Pure. */
export function restoreSpec(
  work: RestoreWork,
  wave: RestoreWave,
  recoveryId: string,
): Readonly<Record<string, unknown>> {
  const { backup, includedResources, excludedResources, labelSelector, namespaceMapping, existing, modifiers } = work;
  return {
    backupName: backup,
    restorePVs: true,
    existingResourcePolicy: existing === 'keep' ? 'none' : 'update',
    ...(wave.namespaces !== null && { includedNamespaces: wave.namespaces }),
    // Velero refuses a kind that is named on both sides.
    ...(includedResources === null ? { excludedResources } : { includedResources }),
    ...(labelSelector !== null && { labelSelector }),
    ...(Object.keys(namespaceMapping).length > 0 && { namespaceMapping }),
    ...(modifiers.length > 0 && { resourceModifier: { kind: 'ConfigMap', name: modifiersName(recoveryId) } }),
  };
}
