import type { ClaimFacts } from '../../activities/kubernetes/claim-facts.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../activities/kubernetes/objects.ts';
import type { KubernetesDefinition } from '../../activities/s3/types.ts';
import { claimFromNothing, claimFromVolume } from './claim-object.ts';

/** What is left of the claim. */
export type ClaimStanding = 'bound' | 'never-bound' | 'going' | 'gone';

export function standingOf(claim: ClaimFacts['claim']): ClaimStanding {
  if (claim === null) return 'gone';
  if (claim.terminating) return 'going';
  return claim.volumeName === null ? 'never-bound' : 'bound';
}

export interface FoundDefinition {
  readonly definition: PersistentVolumeClaim;
  /** Where it comes from, for people. */
  readonly basis: string;
}

/** The surest definition of the claim that is left; null when there is nothing to go by. Pure. */
export function claimDefinition(
  namespace: string,
  name: string,
  facts: ClaimFacts,
  saved: readonly KubernetesDefinition[],
  snapshotSizeGiB: number | null,
): FoundDefinition | null {
  if (facts.claim !== null) return { definition: asClaim(facts.claim.definition), basis: 'the claim itself' };
  const kept = saved.find(({ kind }) => kind === 'PersistentVolumeClaim');
  if (kept !== undefined) return { definition: asClaim(kept), basis: 'the definition that an earlier recovery saved' };
  for (const { claimTemplate, kind, name: owner } of facts.consumers) {
    if (claimTemplate !== null)
      return { definition: asClaim(claimTemplate), basis: `the template of ${kind} ${owner}` };
  }
  if (facts.volume !== null) {
    const volume = facts.volume.definition as unknown as PersistentVolume;
    return { definition: claimFromVolume(volume, namespace, name), basis: `volume object ${facts.volume.name}` };
  }
  if (snapshotSizeGiB === null) return null;
  const definition = claimFromNothing(namespace, name, {
    accessModes: ['ReadWriteOnce'],
    storage: `${snapshotSizeGiB}Gi`,
    ...(facts.storageClass && { storageClassName: facts.storageClass.name }),
  });
  return { definition, basis: 'the size of the snapshot, ReadWriteOnce and the default storage class' };
}

function asClaim(definition: unknown): PersistentVolumeClaim {
  return definition as PersistentVolumeClaim;
}
