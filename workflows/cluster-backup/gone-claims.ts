import type { BackupStanding, SavedVolume } from '../../activities/backups/types.ts';
import type { ClaimRoute } from './work.ts';

/** Claims of the plan that the backup has nothing of. Pure. */
export function notHeld(claims: readonly ClaimRoute[], volumes: readonly SavedVolume[]): readonly ClaimRoute[] {
  const held = new Set(volumes.map(({ namespace, claim }) => `${namespace}/${claim}`));
  return claims.filter(({ namespace, name }) => !held.has(`${namespace}/${name}`));
}

/**
 * Of the claims that the backup has nothing of, those that are no longer there: they were deleted since the plan, so that nothing of
 * theirs is left unprotected. As `namespace/name`. Pure.
 */
export function goneSince(
  claims: readonly ClaimRoute[],
  volumes: readonly SavedVolume[],
  now: Pick<BackupStanding, 'claims'>,
): readonly string[] {
  const there = new Set(now.claims.map(({ namespace, name }) => `${namespace}/${name}`));
  return notHeld(claims, volumes)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .filter((claim) => !there.has(claim));
}
