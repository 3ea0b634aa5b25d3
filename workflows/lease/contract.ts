import type { Holder, Holding } from './scopes.ts';

/** The type of the lease workflow: one entity a cluster, which lives for ever and says who may act on what. */
export const leaseWorkflowType = 'clusterLease';

/** One lease a cluster, so that two recoveries of a cluster always ask the same one. */
export function leaseWorkflowId(cluster: string): string {
  return `cluster-lease/${cluster}`;
}

/** What the entity takes along through continue-as-new, and its only argument. */
export interface LeaseState {
  readonly cluster: string;
  readonly holdings: readonly Holding[];
}

export interface AcquireRequest {
  readonly holder: Holder;
  readonly scopes: readonly string[];
}

export type AcquireAnswer =
  | { readonly granted: true }
  /** `heldBy` is the workflow id of the first holder in the way. */
  | { readonly granted: false; readonly heldBy: string };

export const acquireUpdateName = 'acquire';
export const releaseUpdateName = 'release';
export const holdingsQueryName = 'holdings';
