import { createHash } from 'node:crypto';

/**
 * Token that makes CreateVolume repeatable: the same for every try of one attempt, another for the next attempt, because a
 * creation that failed asynchronously burns its token for about twelve hours. EC2 takes at most 64 ASCII characters.
 */
export function volumeClientToken(recoveryId: string, pvName: string, attempt: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([recoveryId, pvName, attempt]))
    .digest('hex');
  return `rekindle-${digest.slice(0, 48)}`;
}
