import type { DetectedDatabase } from '../databases/types.ts';
import type { KubernetesObject } from './port.ts';

/** What holds or would hold a claim, as JSON: it passes through Temporal's history. Definitions carry no secret: no kind here has one. */
export interface ClaimFacts {
  readonly namespaceFound: boolean;
  readonly claim: ClaimState | null;
  /** The volume object that the claim names; or, when the claim is gone, the one whose claimRef names it. */
  readonly volume: VolumeState | null;
  readonly storageClass: StorageClassState | null;
  /** CSIDriver objects of the cluster, by name. */
  readonly csiDrivers: readonly string[];
  readonly consumers: readonly Consumer[];
  readonly attachments: readonly AttachmentState[];
  readonly zones: readonly ZoneFit[];
  /** What the cluster last warned of for the claim and its pods, newest last; for people only. */
  readonly warnings: readonly string[];
}

export interface ClaimState {
  readonly uid: string;
  readonly phase: string;
  readonly volumeName: string | null;
  /** Deleted, but held by what still uses it. */
  readonly terminating: boolean;
  readonly createdAt: string | null;
  readonly requestBytes: number | null;
  readonly storageClassName: string | null;
  readonly accessModes: readonly string[];
  readonly volumeMode: 'Filesystem' | 'Block';
  /** Without what the API server owns (uid, resourceVersion, status, ...). */
  readonly definition: KubernetesObject;
}

export type VolumeSource =
  | { readonly kind: 'csi'; readonly driver: string; readonly handle: string }
  /** `handle` as written: `vol-...` or `aws://zone/vol-...`. */
  | { readonly kind: 'in-tree-ebs'; readonly handle: string }
  | { readonly kind: 'other'; readonly plugin: string };

export interface VolumeState {
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly terminating: boolean;
  readonly source: VolumeSource;
  readonly reclaimPolicy: string;
  readonly zone: string | null;
  readonly capacityBytes: number | null;
  readonly claimUid: string | null;
  readonly finalizers: readonly string[];
  /** Recovery that made it, or null. */
  readonly madeByRecovery: string | null;
  readonly definition: KubernetesObject;
}

export interface StorageClassState {
  readonly name: string;
  readonly provisioner: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly bindingMode: string;
  readonly mountOptions: readonly string[];
}

/** How a workload is made to leave the claim alone. */
export type HoldMeans =
  | { readonly kind: 'scale' }
  | { readonly kind: 'suspend' }
  /** It does not use the claim any more (a finished Job, a completed pod), or does so only while something else creates it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'impossible'; readonly why: string };

export type ReconcilerKind =
  | 'HorizontalPodAutoscaler'
  | 'ScaledObject'
  | 'Application'
  | 'Kustomization'
  | 'HelmRelease';

/** Something that would bring a held workload back, and that can be paused. */
export interface Reconciler {
  readonly kind: ReconcilerKind;
  readonly namespace: string;
  readonly name: string;
}

export interface WorkloadRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The topmost object that brings about pods with the claim. */
export interface Consumer extends WorkloadRef {
  readonly means: HoldMeans;
  /** As wanted before any hold: of a held workload the recorded number. Null where the kind has none. */
  readonly replicas: number | null;
  readonly reconcilers: readonly Reconciler[];
  /** Autoscalers that step aside by themselves while replicas are 0. */
  readonly idleAutoscalers: readonly string[];
  readonly retentionWhenScaled: string | null;
  /** Recoveries that hold it now. */
  readonly heldBy: readonly string[];
  readonly pods: readonly PodUse[];
  readonly database: DetectedDatabase | null;
  /** The claim as its StatefulSet's template would make it, or null. */
  readonly claimTemplate: KubernetesObject | null;
}

export interface PodUse {
  readonly name: string;
  readonly phase: string;
  readonly node: string | null;
  readonly ready: boolean;
  readonly terminating: boolean;
}

export interface AttachmentState {
  readonly name: string;
  readonly node: string;
  readonly attached: boolean;
  readonly error: string | null;
}

export interface ZoneFit {
  readonly zone: string;
  readonly nodes: number;
  /** Nodes that take every consumer, their other volumes minded. */
  readonly fittingNodes: number;
  /** The same without minding other volumes. */
  readonly fittingAlone: number;
  readonly reasons: readonly string[];
}
