import type { VeleroInstallation } from '../../activities/backups/types.ts';
import type { BackupPolicyFacts } from '../../activities/inventory/activities.ts';

const componentLabel = 'app.kubernetes.io/component';

/** Volumes that live on one node or server and have no snapshots. Names of Velero's volume policies. */
const withoutSnapshots = ['local', 'hostPath', 'nfs', 'cephfs', 'glusterfs'] as const;
const ebsDriver = 'ebs.csi.aws.com';

export function volumePolicyName(policy: string): string {
  return `rekindle-volumes-${policy}`;
}

export function scheduleName(policy: string): string {
  return `rekindle-${policy}`;
}

/** Spec of a Backup by the policy, and the template of its Schedule. Pure. */
export function backupSpec(
  { name, namespaces, excludedComponents, ttlHours }: BackupPolicyFacts,
  location: string,
  { volumeLocations }: Pick<VeleroInstallation, 'volumeLocations'>,
): Record<string, unknown> {
  const selector = {
    matchExpressions: [{ key: componentLabel, operator: 'NotIn', values: [...excludedComponents] }],
  };
  return {
    storageLocation: location,
    ...(volumeLocations.length === 0 ? {} : { volumeSnapshotLocations: onePerProvider(volumeLocations) }),
    includedNamespaces: namespaces === null ? ['*'] : [...namespaces],
    includedResources: ['*'],
    includeClusterResources: true,
    ...(excludedComponents.length === 0 ? {} : { labelSelector: selector }),
    snapshotVolumes: true,
    defaultVolumesToFsBackup: false,
    resourcePolicy: { kind: 'configmap', name: volumePolicyName(name) },
    csiSnapshotTimeout: '10m0s',
    itemOperationTimeout: '4h0m0s',
    ttl: `${ttlHours}h0m0s`,
  };
}

/** Velero takes one location of each provider; of several the first by name, so that a repeat says the same. */
function onePerProvider(locations: VeleroInstallation['volumeLocations']): string[] {
  const chosen = new Map<string, string>();
  for (const { name, provider } of [...locations].sort((one, other) => one.name.localeCompare(other.name))) {
    if (!chosen.has(provider)) chosen.set(provider, name);
  }
  return [...chosen.values()].sort();
}

/**
 * Velero's volume policy, JSON, which is YAML: the first condition that fits a volume decides. What has no snapshots is saved by
 * its files where that is wanted and can be done, and left out elsewhere: a backup that is told to do what cannot be done ends
 * PartiallyFailed. Pure.
 */
export function volumePolicy(policy: BackupPolicyFacts, installation: VeleroInstallation): string {
  const files = policy.fileSystemVolumes && installation.nodeAgent !== null;
  const otherwise = files ? 'fs-backup' : 'skip';
  const drivers = installation.csiFeature ? installation.snapshotDrivers : [ebsDriver];
  const rules = [
    ...drivers.map((driver) => ({ conditions: { csi: { driver } }, action: { type: 'snapshot' } })),
    { conditions: { volumeTypes: ['awsElasticBlockStore'] }, action: { type: 'snapshot' } },
    { conditions: { volumeTypes: ['csi'] }, action: { type: otherwise } },
    { conditions: { volumeTypes: withoutSnapshots }, action: { type: otherwise } },
  ];
  return JSON.stringify({ version: 'v1', volumePolicies: rules }, null, 2);
}
