import { kinds } from './kinds.ts';
import type { PersistentVolume, PersistentVolumeClaim } from './objects.ts';
import type { KubernetesPort, ListSelection } from './port.ts';

export interface ClaimsAndVolumes {
  readonly claims: readonly PersistentVolumeClaim[];
  readonly volumes: readonly PersistentVolume[];
}

/**
 * Claims of the selection, and all volume objects. A claim names its volume object only once that is there: with the claims read
 * first, a volume object that is named and not listed is gone, and not one that was made meanwhile.
 */
export async function listClaimsAndVolumes(
  port: KubernetesPort,
  claimsOf: ListSelection,
  signal: AbortSignal,
): Promise<ClaimsAndVolumes> {
  const claims = await port.list<PersistentVolumeClaim>(kinds.claim, claimsOf, signal);
  return { claims, volumes: await port.list<PersistentVolume>(kinds.volume, {}, signal) };
}
