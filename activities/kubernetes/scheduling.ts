import type { Node, NodeSelectorTerm, PodSpec, SelectorRequirement, Taint, Toleration } from './objects.ts';

/** Newest first: an older EBS driver used its own key. */
export const zoneLabels = [
  'topology.kubernetes.io/zone',
  'topology.ebs.csi.aws.com/zone',
  'failure-domain.beta.kubernetes.io/zone',
] as const;

export function isZoneLabel(key: string): boolean {
  return zoneLabels.some((label) => label === key);
}

export function zoneOf({ metadata }: Node): string | null {
  for (const label of zoneLabels) {
    const zone = metadata.labels?.[label];
    if (zone !== undefined) return zone;
  }
  return null;
}

/**
 * Why a pod cannot be placed on a node, or null when it can. Pure. Looks at what binds for long: readiness, cordon, taints, node
 * selector, required node affinity, and the places of its volumes; not at free CPU and memory, which change by the minute.
 */
export function refusalOf(
  node: Node,
  pod: PodSpec,
  volumePlaces: readonly (readonly NodeSelectorTerm[])[],
): string | null {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  if (ready !== 'True') return 'not ready';
  if (node.spec.unschedulable === true) return 'cordoned';
  const taint = node.spec.taints?.find(
    (one) => repels(one) && !pod.tolerations?.some((other) => tolerates(other, one)),
  );
  if (taint !== undefined) return `taint ${taint.key}`;
  for (const [label, value] of Object.entries(pod.nodeSelector ?? {})) {
    if (node.metadata.labels?.[label] !== value) return `node selector ${label}=${value}`;
  }
  const terms = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms !== undefined && !terms.some((term) => matches(node, term))) return 'required node affinity';
  for (const place of volumePlaces) {
    if (!place.some((term) => matches(node, term))) return 'another volume of the pod lies elsewhere';
  }
  return null;
}

function repels({ effect }: Taint): boolean {
  return effect === 'NoSchedule' || effect === 'NoExecute';
}

function tolerates({ key, operator = 'Equal', value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  if (key !== taint.key) return false;
  return operator === 'Exists' || (value ?? '') === (taint.value ?? '');
}

/** An empty term matches nothing, as the scheduler has it. */
function matches(node: Node, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => meets(node.metadata.labels?.[requirement.key], requirement)) &&
    matchFields.every((requirement) => requirement.key === 'metadata.name' && meets(node.metadata.name, requirement))
  );
}

/** An operator that is not known fails, so that a place is never promised wrongly. */
function meets(actual: string | undefined, { operator, values = [] }: SelectorRequirement): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return actual !== undefined && Number(actual) > Number(values[0]);
    case 'Lt':
      return actual !== undefined && Number(actual) < Number(values[0]);
    default:
      return false;
  }
}
