import { type CodeEntry, permanent, refusal, transient } from '../code-entry.ts';

/** Codes that every scenario shares. */
export const coreCodes = {
  // Input and admission
  'invalid-input': refusal('Correct the named field and start again.'),
  'unknown-cluster': refusal('Name a cluster of the inventory; `rekindle config check` lists them.'),
  'scope-held': refusal('Wait for the named recovery to end, or cancel it, then start again.'),
  'precondition-unmet': refusal('Make the named condition true, then start again.'),
  // Approval
  'approval-rejected': refusal('Talk to the person who rejected the plan; start again with a corrected input.'),
  'approval-timed-out': refusal('Start again and approve within the time that the plan names.'),
  // Common failures of the systems behind the adapters
  'not-found': permanent('The object is gone; look at the report for its last known state.'),
  conflict: transient('Another writer changed the object at the same time; the step is repeated.'),
  'already-exists': permanent('An object of that name, made by somebody else, is there; look at it, then decide.'),
  'kubeconfig-unusable': permanent(
    'Correct the kubeconfig or the context that the inventory names, restart the worker.',
  ),
  throttled: transient('The service asked us to slow down; the step is repeated with a longer pause.'),
  unavailable: transient('The service did not answer; the step is repeated until it does.'),
  'reply-lost': transient('The reply was lost after the call; the step looks for its own effect before it acts again.'),
  forbidden: permanent('Grant the permission that the message names, then decide `retry`.'),
  unauthenticated: permanent('Renew the credentials of the worker, then decide `retry`.'),
  'rejected-by-api': permanent(
    'The service refused the request as invalid; read the cause, then decide `retry` or `abort`.',
  ),
  'quota-exceeded': permanent(
    'Raise the quota that the message names, or free what counts against it, then decide `retry`.',
  ),
  'no-capacity': transient('AWS has no capacity of this kind in the zone now; the step is repeated.'),
  'key-unusable': permanent(
    'Enable the KMS key that the message names and grant the worker its use, then decide `retry`.',
  ),
  'not-yet': transient('The awaited state was not reached in time; the wait is repeated.'),
  drifted: permanent('What the plan was made from changed before the step; decide `abort` and start again.'),
  'step-skipped': permanent('Do the step by hand, or start the recovery again.'),
  'claim-unproved': permanent('Check the named claim by hand; the evidence says what was seen.'),
  internal: permanent('A defect of Rekindle: keep the workflow id and report it.'),
} as const satisfies Record<string, CodeEntry>;
