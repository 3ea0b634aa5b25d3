import { type CodeEntry, permanent, transient } from '../code-entry.ts';

/** Codes of backups and restores. */
export const veleroCodes = {
  'velero-silent': transient(
    'Velero’s server does not answer; look at its Deployment and its log. The step is repeated.',
  ),
  'velero-file-missing': permanent(
    'The store of the backups lacks the named file, so nothing can be judged by it; take another backup or look at the bucket.',
  ),
  'velero-file-damaged': permanent('The named file of the backup store cannot be read; take another backup.'),
} as const satisfies Record<string, CodeEntry>;
