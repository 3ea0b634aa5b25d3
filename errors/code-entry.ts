/**
 * What a code stands for. A code names a reason that a person or a tool may branch on, so it never changes its meaning.
 *
 * - `kind: 'refusal'`  the recovery must not go on and nothing was changed: the result is `refused(code)`, never a failure.
 * - `kind: 'failure'`  something broke; `retryable` says whether the same call may succeed later without a person.
 * - `next`             what the on-call engineer does about it, in one sentence.
 */
export interface CodeEntry {
  readonly kind: 'refusal' | 'failure';
  readonly retryable: boolean;
  readonly next: string;
}

export const refusal = (next: string): CodeEntry => ({ kind: 'refusal', retryable: false, next });
export const transient = (next: string): CodeEntry => ({ kind: 'failure', retryable: true, next });
export const permanent = (next: string): CodeEntry => ({ kind: 'failure', retryable: false, next });
