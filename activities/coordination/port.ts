import type { AcquireAnswer, AcquireRequest } from '../../workflows/lease/contract.ts';
import type { Holder } from '../../workflows/lease/scopes.ts';

/** How the run of a holder stands. `endedAt`: milliseconds since the epoch; `abrupt`: ended without its own say. */
export type HolderState =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly endedAt: number; readonly abrupt: boolean }
  | { readonly kind: 'unknown-to-temporal' };

/** The lease workflow of a cluster and the runs of its holders, as seen through Temporal. Throws RekindleErrors. */
export interface LeaseClient {
  /** `updateId` makes a repeat of the same call return the first answer. */
  acquire(cluster: string, request: AcquireRequest, updateId: string): Promise<AcquireAnswer>;
  release(cluster: string, holder: Holder, updateId: string): Promise<void>;
  stateOf(holder: Holder): Promise<HolderState>;
}
