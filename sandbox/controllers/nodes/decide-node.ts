/** What the cloud controller does about one instance and its Node. Pure. */
import type { V1Node } from '@kubernetes/client-node';
import { kubeletLabel } from '../../cluster/kwok-stages.ts';
import type { Instance } from './instance.ts';

export const NodeStep = {
  /** The instance has booted: its kubelet registers a Node. */
  register: 'register',
  /** The kubelet runs: heartbeats on. */
  beat: 'beat',
  /** The kubelet does not run or cannot reach the API server: heartbeats off. */
  silence: 'silence',
  /** It was told so, and kwok beats on: heartbeats on, so that they can be taken off once more. */
  wake: 'wake',
  /** The instance is gone and the Node no longer reports: the cloud controller removes it. */
  remove: 'remove',
  none: 'none',
} as const;
export type NodeStep = (typeof NodeStep)[keyof typeof NodeStep];

export interface NodeFacts {
  readonly node: V1Node | undefined;
  /** Undefined when EC2 no longer knows the instance. */
  readonly instance: Instance | undefined;
  /** The instance is well, but cut off from the API server. */
  readonly partitioned: boolean;
  /** Since when its heartbeats are off, seconds; 0 when they are on. */
  readonly silentSeconds?: number;
}

/** The controller manager's grace period is 50 s; on a busy machine it looks late. */
const longestReadySeconds = 90;

export function isReady(node: V1Node): boolean {
  return (
    node.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

/** True while kwok is told to beat for it. */
export function beats(node: V1Node): boolean {
  return node.metadata?.labels?.[kubeletLabel.name] === kubeletLabel.value;
}

/** True while the machine runs its processes, whether or not the API server hears of it. */
export function machineRuns(instance: Instance | undefined): boolean {
  return instance !== undefined && instance.state === 'running' && !instance.impaired;
}

export function decideNode({ node, instance, partitioned, silentSeconds = 0 }: NodeFacts): NodeStep {
  const alive = machineRuns(instance) && !partitioned;
  if (node === undefined) {
    return alive && instance?.joins === true && instance.privateIp !== '' ? NodeStep.register : NodeStep.none;
  }
  const gone = instance === undefined || instance.state === 'terminated';
  const beating = beats(node);
  if (!alive && beating) return NodeStep.silence;
  if (!alive && isReady(node) && silentSeconds > longestReadySeconds) return NodeStep.wake;
  // As the AWS cloud controller: a terminated instance's Node goes only once it has stopped reporting.
  if (gone && !isReady(node)) return NodeStep.remove;
  if (alive && !beating) return NodeStep.beat;
  return NodeStep.none;
}

export const shutdownTaint = { key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' } as const;

/** The taints that the Node should carry, or undefined when they are right already. */
export function correctTaints(node: V1Node, instance: Instance | undefined): V1Node['spec'] | undefined {
  const taints = node.spec?.taints ?? [];
  const present = taints.some((taint) => taint.key === shutdownTaint.key);
  const wanted =
    instance !== undefined && (instance.state === 'stopped' || instance.state === 'stopping') && !isReady(node);
  if (present === wanted) return undefined;
  return { taints: wanted ? [...taints, shutdownTaint] : taints.filter((taint) => taint.key !== shutdownTaint.key) };
}
