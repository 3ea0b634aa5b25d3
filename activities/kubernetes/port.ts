import type { Kind, ObjectRef } from './kinds.ts';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly [field: string]: unknown;
}

/** An object exactly as the API serves it: no field is dropped and times stay text, so that it can be written back. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ListSelection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What a watch told within its time; `expired`: its revision is too old for it, so the watcher must list anew. */
export interface Watched {
  readonly expired: boolean;
  /** `ADDED kube-system/canary` */
  readonly events: readonly string[];
}

export interface WatchSelection {
  readonly namespace: string;
  readonly resourceVersion: string;
  /** How long to listen, at most 10. */
  readonly seconds: number;
  /** Event that ends it before that. */
  readonly until?: string;
}

/** Guards a change: it is made only to the object that was looked at. A mismatch throws `conflict`. */
export interface Precondition {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface ExecInput {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | null;
  readonly command: readonly string[];
  readonly limitSeconds: number;
  readonly signal?: AbortSignal;
}

/**
 * What the API server makes of an eviction. `refused`: a budget has no disruption to give now (429), ask again later.
 * `several-budgets`: more than one budget selects the pod, which the API server never evicts (500).
 */
export interface Eviction {
  readonly outcome: 'accepted' | 'gone' | 'refused' | 'several-budgets';
  readonly message: string;
}

/** `unknown`: no status came (facts section 5). It is never success; what was printed until then is still given. */
export interface ExecOutcome {
  readonly status: 'success' | 'failure' | 'unknown';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The API server's or the connection's own words where the command did not end by itself. */
  readonly reason: string | null;
}

/**
 * One cluster's API, as narrow as the recoveries need. Every method throws RekindleError alone, or an AbortError of the signal.
 * Reads take a signal and may be given up at any moment. Effects take none: they end within their own time limit, on both sides
 * of the connection, so that an undo never races with the effect that it takes back.
 */
export interface KubernetesPort {
  readonly cluster: string;
  /** Null when there is no such object, or its kind is not served. */
  read<T extends KubernetesObject>(kind: Kind, ref: ObjectRef, signal?: AbortSignal): Promise<T | null>;
  /** All pages. Empty when the kind is not served. */
  list<T extends KubernetesObject>(kind: Kind, selection?: ListSelection, signal?: AbortSignal): Promise<readonly T[]>;
  watch(kind: Kind, selection: WatchSelection, signal?: AbortSignal): Promise<Watched>;
  serves(kind: Kind, signal?: AbortSignal): Promise<boolean>;
  /** Every kind that can be listed, each in the version that the server prefers. */
  discover(signal?: AbortSignal): Promise<readonly Kind[]>;
  /** An object of that name that is there already throws `already-exists`. */
  create<T extends KubernetesObject>(kind: Kind, object: T): Promise<T>;
  /** JSON merge patch. `null` takes a field away. A resourceVersion in `when` makes it a compare-and-set. */
  patch<T extends KubernetesObject>(kind: Kind, ref: ObjectRef, body: MergePatch, when?: Precondition): Promise<T>;
  /**
   * Asks the API server whether it would take a merge patch, changing nothing: null, or its refusal. Values of the object may be in
   * the refusal, so it is not for messages.
   */
  rehearsePatch(kind: Kind, ref: ObjectRef, body: MergePatch): Promise<string | null>;
  /**
   * True when the deletion was accepted, false when there was no such object. `graceSeconds` 0 takes a pod out of the API without
   * asking its kubelet: only for a pod whose machine is proved dead.
   */
  remove(kind: Kind, ref: ObjectRef, when?: Precondition, graceSeconds?: number): Promise<boolean>;
  /** Asks for a pod's eviction, so that the API server keeps the budgets. Only the pod with that uid. */
  evict(ref: ObjectRef, uid: string): Promise<Eviction>;
  /**
   * Server-side apply, taking fields over from other managers; creates what is not there. With `rehearse` nothing is changed and the
   * answer is what would be. Values of the object may be in a refusal (`rejected-by-api`), so it is not for messages.
   */
  apply<T extends KubernetesObject>(kind: Kind, object: T, options?: { readonly rehearse?: boolean }): Promise<T>;
  exec(input: ExecInput): Promise<ExecOutcome>;
}

export type MergePatch = Readonly<Record<string, unknown>>;

export interface KubernetesClusters {
  /** Throws `unknown-cluster` for a name that the inventory lacks. */
  cluster(name: string): KubernetesPort;
}
