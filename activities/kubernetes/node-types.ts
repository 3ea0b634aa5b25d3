export interface NodeView {
  readonly name: string;
  readonly uid: string;
  /** Of `spec.providerID`; null for a node that is not of AWS. Never derived from the name. */
  readonly instanceId: string | null;
  readonly zone: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Seconds since the Ready condition changed last. */
  readonly sinceSeconds: number;
  /** Seconds since the kubelet renewed its Lease; null without one. */
  readonly leaseAgeSeconds: number | null;
  readonly controlPlane: boolean;
  /** Pods that are bound to the node, those of a StatefulSet among them, and volumes attached to it. */
  readonly pods: number;
  readonly statefulPods: number;
  readonly attachments: number;
}

/** Why a pod is not placed, or does not start. */
export type PendingCause = 'resources' | 'taints' | 'volume-zone' | 'attach-limit' | 'image' | 'affinity' | 'other';

export interface PendingPods {
  readonly cause: PendingCause;
  readonly count: number;
  /** Up to five, `namespace/name`. */
  readonly examples: readonly string[];
}

export interface NodesView {
  readonly nodes: readonly NodeView[];
  /** What else replaces nodes here, by kind and name. */
  readonly repairers: readonly string[];
  readonly pending: readonly PendingPods[];
}

/** A node that EC2 must prove dead before anything is done to it. */
export interface FencedNode {
  readonly node: string;
  readonly nodeUid: string;
  readonly instanceId: string;
}

export interface FenceInput {
  readonly cluster: string;
  readonly region: string;
  readonly recoveryId: string;
  readonly workflowId: string;
  readonly nodes: readonly FencedNode[];
}

export interface WaitNodesEmptyInput {
  readonly cluster: string;
  readonly nodes: readonly Pick<FencedNode, 'node' | 'nodeUid'>[];
  readonly limitSeconds: number;
}

export interface NodeActivities {
  readNodes(input: { readonly cluster: string }): Promise<NodesView>;
  fenceNodes(input: FenceInput): Promise<string>;
  unfenceNodes(input: Pick<FenceInput, 'cluster' | 'recoveryId'>): Promise<string>;
  waitNodesEmpty(input: WaitNodesEmptyInput): Promise<string>;
}
