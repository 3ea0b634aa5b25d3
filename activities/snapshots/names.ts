import { createHash } from 'node:crypto';

/** Longest part of a claim's name that fits, with the rest, into the 253 characters of an object's name. */
const longestClaim = 200;

/**
 * Name of the VolumeSnapshot and of its VolumeSnapshotContent: the same for each try of one recovery, another for each recovery.
 * The content is cluster-scoped, so the namespace is part of the digest.
 */
export function importedName(recoveryId: string, claim: { readonly namespace: string; readonly name: string }): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([recoveryId, claim.namespace, claim.name]))
    .digest('hex');
  const readable = claim.name.slice(0, longestClaim).replace(/[^a-z0-9]+$/, '');
  return `rekindle-${readable}-${digest.slice(0, 10)}`;
}
