import { type CodeEntry, permanent, refusal, transient } from '../code-entry.ts';

/** Codes of backups and restores. */
export const veleroCodes = {
  'backup-name-taken': refusal(
    'Name a backup that the target has not under the same name, or take the target’s own Backup object away.',
  ),
  'nothing-to-promote': refusal('Nothing was changed: no object there is neutralised.'),
  'policy-unknown': refusal('Name a policy of `policies.backups` of the cluster in the inventory.'),
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
  // Refusals of a restore
  'no-backup': refusal('Name one of the backups that are there, or wait until they are synced from the bucket.'),
  'backup-not-usable': refusal('Name another backup; `latest` takes the newest completed one.'),
  'nothing-selected': refusal('Widen namespaces, resources or selector; the backup has its own list of what it holds.'),
  'nothing-to-restore': refusal(
    'Nothing is missing. Where saved states of differing objects are wanted, start with existing "update" or "recreate".',
  ),
  'namespace-terminating': refusal(
    'End what holds the namespace (the named finalizers and objects), or map it to another name; then start again.',
  ),
  // Refusals of a configuration backup
  'config-recipients-missing': refusal(
    'Name age recipients in the inventory (`age-keygen` makes a pair; keep the identity outside of the cluster).',
  ),
  'config-identity-missing': refusal(
    'Name the identity file in the inventory, or open the archive by hand: age -d -i FILE ARCHIVE | kubectl apply -f -',
  ),
  'no-config-archive': refusal(
    'Name an archive that is there; `config/<cluster>/` in the bucket of artefacts has them.',
  ),
  // Failures of a restore
  'restore-stalled': transient(
    'Velero makes no progress: look at its Deployment and its log, then decide `retry`; the same restore is waited for on.',
  ),
  'restore-failed': permanent('Mend what Velero names, then decide `retry`: it is asked anew under another name.'),
} as const satisfies Record<string, CodeEntry>;
