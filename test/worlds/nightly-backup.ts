import type { BackupSummary } from '../../activities/velero/types.ts';

/** A whole backup, for tables of verdicts on what is restored from it. */
export const nightlyBackup = {
  name: 'nightly',
  phase: 'Completed',
  standing: 'ended',
  storageLocation: 'default',
  startedAt: '2026-01-01T00:00:00Z',
  failureReason: null,
} as BackupSummary;
