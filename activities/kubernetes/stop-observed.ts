import type { WorkloadRef } from './claim-facts.ts';
import { holdMethodOf } from './hold-methods.ts';
import { kinds } from './kinds.ts';
import type { Workload } from './objects.ts';
import { controllerOf } from './pods-of-nodes.ts';
import type { KubernetesPort } from './port.ts';

/**
 * What is left to wait for until no controller makes a further pod of the workload, or null. A controller that has not yet seen that
 * its workload was stopped makes the pods of before; whether it has, `status.observedGeneration` tells. A CronJob's controller tells
 * nothing of the kind: for one, the pods are all that can be looked at.
 */
export async function missingStop(
  port: KubernetesPort,
  { kind, namespace, name }: WorkloadRef,
  signal: AbortSignal,
): Promise<string | null> {
  if (kind === 'CronJob') return null;
  const workload = await port.read<Workload>(holdMethodOf(kind).kind, { namespace, name }, signal);
  if (workload === null) return null;
  if (!isObserved(workload))
    return `the controller of ${kind} ${namespace}/${name} has not seen yet that it was stopped`;
  if (kind !== 'Deployment') return null;
  const sets = await port.list<Workload>(kinds.replicaSet, { namespace }, signal);
  const late = sets.find(
    (set) => controllerOf(set)?.uid === workload.metadata.uid && ((set.spec.replicas ?? 1) > 0 || !isObserved(set)),
  );
  return late === undefined ? null : `ReplicaSet ${namespace}/${late.metadata.name} is not stopped yet`;
}

/** Whether the object's controller has seen it as it is now. Pure. */
export function isObserved({ metadata, status }: Workload): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}
