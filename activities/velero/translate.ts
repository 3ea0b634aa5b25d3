import type { BackupObject, RestoreObject, StorageLocationObject } from './objects.ts';
import type { BackupSummary, RestoreSummary, RunStanding, StorageLocationSummary } from './types.ts';

/** `Deleting` is an end, too: what is being deleted is not waited for. */
const ended = new Set(['Completed', 'PartiallyFailed', 'Failed', 'FailedValidation', 'Deleting']);
const running = new Set([
  '',
  'New',
  'Queued',
  'ReadyToStart',
  'InProgress',
  'WaitingForPluginOperations',
  'WaitingForPluginOperationsPartiallyFailed',
  'Finalizing',
  'FinalizingPartiallyFailed',
]);

/** A phase that is not known is no end: a later Velero may have put it between two others. Pure. */
export function standingOf(phase: string): RunStanding {
  if (ended.has(phase)) return 'ended';
  return running.has(phase) ? 'running' : 'unknown';
}

/** What a starting server writes on everything that the one before it left in progress. Pure. */
export function isAbandoned(phase: string, failureReason: string | null): boolean {
  return phase === 'Failed' && failureReason !== null && failureReason.includes('during the server starting');
}

export function backupSummary({ metadata, spec, status = {} }: BackupObject): BackupSummary {
  const phase = status.phase ?? '';
  const failureReason = reasonOf(status);
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    phase,
    standing: standingOf(phase),
    storageLocation: spec.storageLocation ?? '',
    startedAt: status.startTimestamp ?? null,
    completedAt: status.completionTimestamp ?? null,
    expiresAt: status.expiration ?? null,
    errors: status.errors ?? 0,
    warnings: status.warnings ?? 0,
    hooksFailed: status.hookStatus?.hooksFailed ?? 0,
    failureReason,
    abandoned: isAbandoned(phase, failureReason),
    volumeSnapshots: {
      attempted: status.volumeSnapshotsAttempted ?? 0,
      completed: status.volumeSnapshotsCompleted ?? 0,
    },
  };
}

export function restoreSummary({ metadata, spec, status = {} }: RestoreObject): RestoreSummary {
  const phase = status.phase ?? '';
  const failureReason = reasonOf(status);
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    backup: spec.backupName ?? '',
    phase,
    standing: standingOf(phase),
    errors: status.errors ?? 0,
    warnings: status.warnings ?? 0,
    hooksFailed: status.hookStatus?.hooksFailed ?? 0,
    failureReason,
    abandoned: isAbandoned(phase, failureReason),
  };
}

function reasonOf({
  failureReason,
  validationErrors = [],
}: {
  readonly failureReason?: string;
  readonly validationErrors?: readonly string[];
}): string | null {
  const reasons = [...(failureReason ? [failureReason] : []), ...validationErrors];
  return reasons.length === 0 ? null : reasons.join('; ');
}

/** Velero looks at every location this often unless the location says otherwise. */
const usualValidationSeconds = 60;
/** Validation runs beside other work of the server: a late one is no dead one. */
const slackSeconds = 30;

/** Pure; `now` in milliseconds since the epoch. */
export function locationSummary({ metadata, spec, status = {} }: StorageLocationObject, now: number) {
  const validated = status.lastValidationTime === undefined ? null : Date.parse(status.lastValidationTime);
  const validatedSecondsAgo = validated === null ? null : Math.max(0, Math.round((now - validated) / 1000));
  const phase = status.phase ?? '';
  const every = durationSeconds(spec.validationFrequency) || usualValidationSeconds;
  const fresh = validatedSecondsAgo !== null && validatedSecondsAgo <= 2 * every + slackSeconds;
  return {
    name: metadata.name,
    provider: spec.provider,
    isDefault: spec.default ?? false,
    phase,
    accessMode: spec.accessMode ?? 'ReadWrite',
    bucket: spec.objectStorage?.bucket ?? '',
    prefix: spec.objectStorage?.prefix ?? '',
    validatedSecondsAgo,
    usable: phase === 'Available' && fresh,
    message: status.message ?? null,
  } satisfies StorageLocationSummary;
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/** `1m0s`, as Go writes durations, in seconds; 0 for none and for what cannot be read. Pure. */
export function durationSeconds(text = ''): number {
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, value, unit = 's']) => sum + Number(value) * (unitSeconds[unit] ?? 0),
    0,
  );
}
