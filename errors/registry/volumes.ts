import { type CodeEntry, permanent, transient } from '../code-entry.ts';

/** Codes of lost volumes, claims and snapshots. */
export const volumeCodes = {
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
