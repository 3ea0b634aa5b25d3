import { createHash } from 'node:crypto';

/** Tags by which a repeat, an undo and an audit find what a recovery made. */
export const recoveryTags = {
  recovery: 'rekindle.io/recovery',
  workflowId: 'rekindle.io/workflow-id',
  attempt: 'rekindle.io/attempt',
  pv: 'rekindle.io/pv',
} as const;

/** Without it the managed policy of the EBS CSI driver may not attach the volume. */
export const csiClusterTag = 'ebs.csi.aws.com/cluster';

/** Limits of EC2: tags a resource, characters of a value. */
const mostTags = 50;
const longestValue = 256;

/** The tags that name what a recovery made for one PersistentVolume, or one attempt at it; also the filter that finds it again. */
export function madeForTags(recoveryId: string, pvName: string, attempt?: number): Record<string, string> {
  return {
    [recoveryTags.recovery]: recoveryId,
    [recoveryTags.pv]: fitted(pvName),
    ...(attempt === undefined ? {} : { [recoveryTags.attempt]: String(attempt) }),
  };
}

/**
 * Old tags that a new volume may carry. Left out: EC2's reserved ones, marks of a recovery or backup that are true only for the
 * resource they were on, and the CSI driver's own volume name, by which it would take the volume for one that it is creating.
 */
export function keptTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !misleading(key)));
}

function misleading(key: string): boolean {
  const prefixes = ['aws:', 'rekindle.io/', 'velero.io/', 'dlm:'];
  const names = ['Name', 'CSIVolumeName', 'CSIVolumeSnapshotName', csiClusterTag];
  return names.includes(key) || prefixes.some((prefix) => key.toLowerCase().startsWith(prefix));
}

/** All tags of a new volume: ours first, then as many of the kept ones as EC2 allows, in the order of their names. */
export function volumeTags(input: {
  readonly recoveryId: string;
  readonly workflowId: string;
  readonly pvName: string;
  readonly attempt: number;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
}): Record<string, string> {
  const ours = {
    ...madeForTags(input.recoveryId, input.pvName, input.attempt),
    [recoveryTags.workflowId]: fitted(input.workflowId),
    [csiClusterTag]: 'true',
    Name: fitted(input.name),
  };
  const kept = Object.entries(keptTags(input.tags ?? {})).sort(([left], [right]) => (left < right ? -1 : 1));
  return { ...Object.fromEntries(kept.slice(0, mostTags - Object.keys(ours).length)), ...ours };
}

/** Cluster names that tags carry, sorted. */
export function clustersOf(tags: Readonly<Record<string, string>>): readonly string[] {
  const names = new Set<string>();
  for (const [key, value] of Object.entries(tags)) {
    if (key.startsWith('kubernetes.io/cluster/')) names.add(key.slice('kubernetes.io/cluster/'.length));
    if (['KubernetesCluster', 'eks:cluster-name', 'ebs.csi.aws.com/cluster-name'].includes(key)) names.add(value);
  }
  names.delete('');
  return [...names].sort();
}

/** A value that EC2 takes; a longer one keeps its start and ends in a digest, so that two long ones stay different. */
function fitted(value: string): string {
  if (value.length <= longestValue) return value;
  const digest = createHash('sha256').update(value).digest('hex').slice(0, 16);
  return `${value.slice(0, longestValue - digest.length - 1)}-${digest}`;
}
