import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import type { Reconciler, WorkloadRef } from './claim-facts.ts';
import { holdObject, releaseObject } from './hold-object.ts';
import type { Holder } from './marks.ts';
import type { KubernetesPort } from './port.ts';

export interface HoldWorkloadInput extends Holder {
  readonly cluster: string;
  readonly workload: WorkloadRef;
  /** What would bring the workload back; paused before it and resumed after it. */
  readonly reconcilers: readonly Reconciler[];
}

export interface HeldWorkload {
  /** Replicas that will be put back; null where the kind has none. */
  readonly replicas: number | null;
  readonly paused: readonly string[];
  /** Workflow ids of other recoveries that hold it as well. */
  readonly alsoHeldBy: readonly string[];
  readonly otherHolders: readonly Holder[];
}

export async function holdWorkload(port: KubernetesPort, input: HoldWorkloadInput, pace: Pace): Promise<HeldWorkload> {
  const { workload, reconcilers, recoveryId, workflowId } = input;
  const holder = { recoveryId, workflowId };
  const paused: string[] = [];
  for (const reconciler of reconcilers) {
    if ((await holdObject(port, reconciler, holder, pace)) !== null) paused.push(nameOf(reconciler));
  }
  const record = await holdObject(port, workload, holder, pace);
  if (record === null) throw new RekindleError('drifted', `${nameOf(workload)} is gone since the plan`);
  const { replicas } = record.before;
  const otherHolders = record.holders.filter((other) => other.recoveryId !== recoveryId);
  return {
    replicas: typeof replicas === 'number' ? replicas : null,
    paused,
    alsoHeldBy: otherHolders.map((other) => other.workflowId),
    otherHolders,
  };
}

export interface ReleasedWorkload {
  readonly restored: boolean;
  /** Workflow ids of recoveries that keep the workload from starting. */
  readonly stillHeldBy: readonly string[];
  readonly otherHolders: readonly Holder[];
  readonly summary: string;
}

/** The workload first, then what watches over it, so that nothing acts on a half-released state. */
export async function releaseWorkload(
  port: KubernetesPort,
  { workload, reconcilers, recoveryId }: HoldWorkloadInput,
  pace: Pace,
): Promise<ReleasedWorkload> {
  const released = await releaseObject(port, workload, recoveryId, pace);
  const parts = [`${nameOf(workload)} ${released.state}`];
  for (const reconciler of reconcilers.toReversed()) {
    const { state } = await releaseObject(port, reconciler, recoveryId, pace);
    parts.push(`${nameOf(reconciler)} ${state}`);
  }
  const otherHolders = released.stillHeldBy;
  const stillHeldBy = otherHolders.map((holder) => holder.workflowId);
  return { restored: released.restored, stillHeldBy, otherHolders, summary: parts.join('; ') };
}

function nameOf({ kind, namespace, name }: Reconciler | WorkloadRef): string {
  return `${kind} ${namespace}/${name}`;
}
