import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Group } from './port.ts';

/** Tags of a group that a recovery works on: whose it is, and how the group was before. */
export const holdTags = {
  recovery: 'rekindle.io/recovery',
  workflow: 'rekindle.io/workflow-id',
  former: 'rekindle.io/former',
} as const;

/** Processes that would replace, move or remove machines while a recovery does it in its own order. */
export const fightingProcesses = [
  'AZRebalance',
  'AlarmNotification',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

export interface FormerGroup {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly suspended: readonly string[];
}

/** Kept in a tag, at most 256 characters of those that AWS takes. Nine processes are the longest: 180. */
export function writeFormer({ min, max, desired, suspended }: FormerGroup): string {
  return `min=${min} max=${max} desired=${desired} suspended=${suspended.join('+')}`;
}

/** How the group was before the recovery that holds it; null when nobody does. */
export function heldBy(group: Group): { readonly recoveryId: string; readonly former: FormerGroup } | null {
  const recoveryId = group.tags[holdTags.recovery];
  if (recoveryId === undefined) return null;
  const match = /^min=(\d+) max=(\d+) desired=(\d+) suspended=([\w+]*)$/.exec(group.tags[holdTags.former] ?? '');
  if (match === null) {
    throw new RekindleError(
      'group-hold-damaged',
      `group ${group.name} is held by ${recoveryId}, but how it was is not told`,
    );
  }
  const [, min, max, desired, suspended = ''] = match;
  return {
    recoveryId,
    former: {
      min: Number(min),
      max: Number(max),
      desired: Number(desired),
      suspended: suspended === '' ? [] : suspended.split('+'),
    },
  };
}

/** The group's record when it is ours. Throws `group-held` when another recovery holds it. */
export function ownHold(group: Group, recoveryId: string): FormerGroup | null {
  const held = heldBy(group);
  if (held === null) return null;
  if (held.recoveryId === recoveryId) return held.former;
  throw new RekindleError('group-held', `group ${group.name} is held by recovery ${held.recoveryId}`);
}

/** Those that this recovery suspended, and so resumes. */
export function ownSuspensions({ suspended }: FormerGroup): readonly string[] {
  return fightingProcesses.filter((process) => !suspended.includes(process));
}
