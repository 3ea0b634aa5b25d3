import type { KubernetesObject } from './port.ts';

/** Annotations that every effect on an object carries. */
export const recoveryAnnotation = 'rekindle.io/recovery';
export const workflowAnnotation = 'rekindle.io/workflow-id';
/** On a held object: who holds it and how it was before. JSON of `HoldRecord`. */
export const holdAnnotation = 'rekindle.io/hold';
/** On a workload that an operator owns: a person paused that operator, so the workload may be held (`true`). */
export const holdAllowedAnnotation = 'rekindle.io/hold-allowed';
/** On a volume object that a recovery made: the reclaim policy that the lost one had. */
export const formerPolicyAnnotation = 'rekindle.io/former-reclaim-policy';

/**
 * On a volume object that a recovery put in the place of another: the recovery's id. Told apart from the recovery's mark, which a
 * mere change of policy leaves as well.
 */
export const swappedAnnotation = 'rekindle.io/put-in-place-by';

/** On a claim whose volume object was exchanged: the recovery's id. Writing it also wakes the volume controller, which else resyncs every 15 s. */
export const reboundAnnotation = 'rekindle.io/rebound-by';

export interface Holder {
  readonly recoveryId: string;
  readonly workflowId: string;
}

export function recoveryMarks({ recoveryId, workflowId }: Holder): Readonly<Record<string, string>> {
  return { [recoveryAnnotation]: recoveryId, [workflowAnnotation]: workflowId };
}

export function madeBy(object: KubernetesObject): string | null {
  return object.metadata.annotations?.[recoveryAnnotation] ?? null;
}
