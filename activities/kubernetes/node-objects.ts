import { type Kind, kinds } from './kinds.ts';
import type { Condition, Pod, Taint } from './objects.ts';
import type { KubernetesObject } from './port.ts';

export interface Node extends KubernetesObject {
  readonly spec: {
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
  };
  readonly status?: { readonly conditions?: readonly (Condition & { readonly lastTransitionTime?: string })[] };
}

export interface Lease extends KubernetesObject {
  readonly spec?: { readonly renewTime?: string };
}

/** A pod with what says why it does not run. */
export interface WaitingPod extends Pod {
  readonly status?: Pod['status'] & {
    readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[];
  };
}

const clusterKind = (apiVersion: string, kind: string, plural: string): Kind => ({
  apiVersion,
  kind,
  plural,
  namespaced: false,
});

export const nodeKinds = {
  node: kinds.node,
  lease: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases', namespaced: true },
  karpenterPool: clusterKind('karpenter.sh/v1', 'NodePool', 'nodepools'),
  machineHealthCheck: {
    ...clusterKind('cluster.x-k8s.io/v1beta1', 'MachineHealthCheck', 'machinehealthchecks'),
    namespaced: true,
  },
} as const satisfies Record<string, Kind>;

export const leaseNamespace = 'kube-node-lease';

/** `aws:///us-east-1a/i-0123456789abcdef0`; null for a node of another cloud, or of none. */
export function instanceIdOf({ spec }: Node): string | null {
  return /^aws:\/\/\/[^/]*\/(i-[0-9a-f]+)$/.exec(spec.providerID ?? '')?.[1] ?? null;
}

export function readyCondition({ status }: Node) {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

export function isReady(node: Node): boolean {
  return readyCondition(node)?.status === 'True';
}

/** Says that the machine is shut down for good: its pods are deleted by force and its volumes detached without waiting. */
export const outOfService: Taint = {
  key: 'node.kubernetes.io/out-of-service',
  value: 'nodeshutdown',
  effect: 'NoExecute',
};

/** On a node that carries the taint: the recovery that put it there. */
export const fencedByAnnotation = 'rekindle.io/fenced-by';

/** On a node that a recovery cordoned to drain it: the recovery's id. */
export const cordonedByAnnotation = 'rekindle.io/cordoned-by';
