import { type CodeEntry, permanent, refusal, transient } from '../code-entry.ts';

/** Codes of lost volumes, claims and snapshots. */
export const volumeCodes = {
  // What is asked for
  'namespace-unknown': refusal('Name a namespace of the cluster; `kubectl get namespaces` lists them.'),
  'claim-unknown': refusal('Name a claim that is there, that a workload asks for, or whose snapshots carry its name.'),
  'claim-never-bound': refusal(
    'The claim never had a volume. If it came back empty after a deletion, start again with `force` and `snapshotId`.',
  ),
  // Proof of the loss
  'volume-not-lost': refusal('Nothing was changed. If the data on it is lost all the same, start again with `force`.'),
  'volume-state-unknown': refusal('Look at the volume by hand. If it is lost, start again with `force`.'),
  'driver-unsupported': refusal('Recover the volume with the means of its own driver.'),
  // Choice of the snapshot
  'no-snapshot': refusal('Name a snapshot with `snapshotId`, or restore from a backup with namespace-restore.'),
  'snapshot-unknown': refusal('Name a snapshot that is there in the region and account of the cluster.'),
  'snapshot-ambiguous': refusal('Look at the named snapshots and start again with the right one as `snapshotId`.'),
  'snapshot-foreign-account': refusal('Copy the snapshot into the account of the cluster, then name the copy.'),
  'snapshot-foreign-cluster': refusal('If it is the right one all the same, name it with `snapshotId`.'),
  'snapshot-not-completed': refusal('Wait until the snapshot is completed, or name another with `snapshotId`.'),
  'snapshot-archived': refusal('Restore the snapshot from the archive tier, which takes hours, or name another.'),
  // Place and workload
  'no-schedulable-zone': refusal('Make room for the pods in a zone, or name the `zone` that is to be used.'),
  'workload-not-quiescable': refusal(
    'Stop the named workload by hand so that nothing uses the claim, then start again.',
  ),
  'definition-unknown': refusal('Create the claim and its volume object by hand, or restore them from a backup.'),
  'workload-not-quiet': transient('Something still uses the claim; the wait is repeated until it is gone.'),
  'workload-not-ready': transient('The workload is not ready yet; the wait is repeated.'),
  'volume-creation-failed': permanent(
    'Read why EC2 gave the volume up (often its KMS key), mend it, then decide `retry`.',
  ),
  'snapshot-import-failed': permanent('Read what the snapshot controller says, mend it, then decide `retry`.'),
  'hold-record-damaged': permanent(
    'Read the annotation by hand, put replicas and policies back as it says, take it off, then decide `retry`.',
  ),
  'volume-object-guarded': permanent(
    'Find out who guards the volume object, take the named finalizer off by hand, then decide `retry`.',
  ),
  // Making the volume
  'client-token-burned': permanent('An earlier creation under this token failed; the recovery takes the next attempt.'),
  'snapshot-unusable': permanent('Choose another snapshot: start again with `snapshotId`.'),
  'zone-unusable': permanent('Choose another zone: start again with `zone`.'),
  'volume-duplicated': permanent('Keep one of the named volumes, delete the others by hand, then decide `retry`.'),
  'volume-not-ours': permanent('The volume carries no tag of this recovery and was not touched; look at who made it.'),
  'volume-attached': transient('The volume is still attached; the step is repeated until it is detached.'),
  // Saved definitions
  'secret-refused': permanent(
    'A defect of Rekindle: a Secret was about to be stored; keep the workflow id and report it.',
  ),
  'definitions-damaged': permanent(
    'The stored definitions differ from their digest; take an earlier version of the S3 object.',
  ),
} as const satisfies Record<string, CodeEntry>;
