import type { VolumeFacts } from '../../activities/ec2/types.ts';

/** What is proved of the volume. Pure. */
export type Loss =
  | { readonly kind: 'lost'; readonly basis: string }
  | { readonly kind: 'alive'; readonly basis: string }
  | { readonly kind: 'unknown'; readonly basis: string };

/**
 * "Not found" proves a loss only where the volume lived: the region must be that of its zone. An attached or available volume is
 * alive, whatever its claim looks like. `zone` is the one that the cluster knows for the volume.
 */
export function judgeLoss(volume: VolumeFacts | null, zone: string | null): Loss {
  if (volume === null) return { kind: 'unknown', basis: 'nothing tells which volume it was' };
  const { volumeId, state, vantage } = volume;
  const where = `account ${vantage.accountId}, ${vantage.region}`;
  switch (state) {
    case 'missing':
      if (zone !== null && !zone.startsWith(vantage.region)) {
        return {
          kind: 'unknown',
          basis: `EC2 does not know ${volumeId} in ${vantage.region}, but the volume lay in ${zone}`,
        };
      }
      return { kind: 'lost', basis: `EC2 does not know ${volumeId} (${where})` };
    case 'deleted':
    case 'deleting':
    case 'error':
      return { kind: 'lost', basis: `EC2 says that ${volumeId} is ${state} (${where})` };
    case 'available':
    case 'in-use':
      return { kind: 'alive', basis: `EC2 says that ${volumeId} is ${state} (${where})` };
    case 'creating':
    case 'unknown':
      return { kind: 'unknown', basis: `EC2 says that ${volumeId} is ${state} (${where})` };
  }
}
