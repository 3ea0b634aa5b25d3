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

/** A Ready node in as few bytes as it takes: a fleet of them stands in the history of each run. */
export type ReadyNode = readonly [instanceId: string | null, zone: string];

export interface NodesView {
  /** Nodes that are not Ready, and those that were asked for by name. */
  readonly nodes: readonly NodeView[];
  /** All others. */
  readonly ready: readonly ReadyNode[];
  /** Names that were asked for and that no node has. */
  readonly unknown: readonly string[];
  /** Nodes of the control plane or of etcd. */
  readonly controlPlane: { readonly members: number; readonly ready: number };
  /** What else replaces nodes here, by kind and name. */
  readonly repairers: readonly string[];
  readonly pending: readonly PendingPods[];
}

/** A node as it was when it was judged: name, object and machine must still belong together. */
export interface NodeRef {
  readonly node: string;
  readonly nodeUid: string;
  readonly instanceId: string;
}

interface Marked {
  readonly cluster: string;
  readonly recoveryId: string;
  readonly workflowId: string;
}

/** Nodes whose machine EC2 must prove dead before anything is done to them. */
export interface FenceInput extends Marked {
  readonly region: string;
  readonly nodes: readonly NodeRef[];
}

export interface ClearNodesInput extends FenceInput {
  /**
   * `fenced`: only nodes that this recovery tainted, while their machines are still there; what goes with the node object alone (pods of
   * DaemonSets, pods that tolerate every taint) is not waited for. `all`: nothing may be left.
   */
  readonly which: 'fenced' | 'all';
  /** How long Kubernetes is given to free the nodes by itself, seconds. */
  readonly patienceSeconds: number;
  readonly limitSeconds: number;
}

export interface DrainInput extends Marked {
  readonly nodes: readonly NodeRef[];
  /** How long a budget may refuse, seconds. */
  readonly limitSeconds: number;
}

export interface WaitPodsStartedInput {
  readonly cluster: string;
  /** So many pods may still be starting. */
  readonly atMost: number;
  readonly limitSeconds: number;
}

export interface NodeActivities {
  readNodes(input: { readonly cluster: string; readonly named: readonly string[] }): Promise<NodesView>;
  fenceNodes(input: FenceInput): Promise<string>;
  unfenceNodes(input: Pick<Marked, 'cluster' | 'recoveryId'>): Promise<string>;
  clearNodes(input: ClearNodesInput): Promise<string>;
  drainNodes(input: DrainInput): Promise<string>;
  uncordonNodes(input: Pick<Marked, 'cluster' | 'recoveryId'>): Promise<string>;
  waitPodsStarted(input: WaitPodsStartedInput): Promise<string>;
}
