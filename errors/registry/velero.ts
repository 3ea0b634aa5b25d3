import { type CodeEntry, permanent, refusal, transient } from '../code-entry.ts';

/** Codes of backups and restores. */
export const veleroCodes = {
  'velero-down': refusal(
    'Bring Velero’s server back (its Deployment, its log), then start again; nothing was changed.',
  ),
  'velero-plugin-missing': refusal(
    'Add the named plugin to Velero’s Deployment, then start again; nothing was changed.',
  ),
  'backup-location-unusable': refusal(
    'Mend the storage location (bucket, credentials, network) until Velero finds it Available, then start again.',
  ),
  'velero-silent': transient(
    'Velero’s server does not answer; look at its Deployment and its log. The step is repeated.',
  ),
  'velero-file-missing': permanent(
    'The store of the backups lacks the named file, so nothing can be judged by it; take another backup or look at the bucket.',
  ),
  'velero-file-damaged': permanent('The named file of the backup store cannot be read; take another backup.'),
} as const satisfies Record<string, CodeEntry>;
