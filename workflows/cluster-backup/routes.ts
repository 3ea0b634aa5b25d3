import type { ScopeClaim, VeleroInstallation } from '../../activities/backups/types.ts';
import type { BackupPolicyFacts } from '../../activities/inventory/activities.ts';
import type { ClaimRoute } from './work.ts';

const ebsDriver = 'ebs.csi.aws.com';

/** Whether a policy takes a namespace. */
export function inScope(policy: Pick<BackupPolicyFacts, 'namespaces'>, namespace: string): boolean {
  return policy.namespaces === null || policy.namespaces.includes(namespace);
}

/** The claims that the policy is meant to save. */
export function claimsInScope(policy: BackupPolicyFacts, claims: readonly ScopeClaim[]): readonly ScopeClaim[] {
  return claims.filter(
    ({ namespace, component }) =>
      inScope(policy, namespace) && (component === null || !policy.excludedComponents.includes(component)),
  );
}

/** How Velero, as it is installed, is going to save a claim. Pure. */
export function routeOf(claim: ScopeClaim, installation: VeleroInstallation, fileSystemVolumes: boolean): ClaimRoute {
  const { namespace, name, volume } = claim;
  const to = (route: ClaimRoute['route'], why: string | null = null): ClaimRoute => ({ namespace, name, route, why });
  if (volume === null) return to('none', `it is ${claim.phase}: there is no volume`);
  const why = snapshotObstacle(volume.backedBy, installation);
  if (why === null) return to(snapshotMethod(volume.backedBy, installation));
  const files = fileObstacle(claim, installation, fileSystemVolumes);
  return files === null ? to('file-system') : to('none', `${why}; ${files}`);
}

type BackedBy = NonNullable<ScopeClaim['volume']>['backedBy'];

/** With the CSI feature every CSI volume goes that way; without it the plugin of AWS takes those of EBS. */
function snapshotMethod(backedBy: BackedBy, { csiFeature }: VeleroInstallation): 'csi-snapshot' | 'native-snapshot' {
  return backedBy.kind === 'csi' && csiFeature ? 'csi-snapshot' : 'native-snapshot';
}

function snapshotObstacle(backedBy: BackedBy, installation: VeleroInstallation): string | null {
  const { csiFeature, snapshotDrivers, volumeLocations } = installation;
  const ofAws = volumeLocations.some(({ provider }) => provider === 'aws' || provider === 'velero.io/aws');
  const noPlace = ofAws ? null : 'Velero has no VolumeSnapshotLocation of AWS';
  switch (backedBy.kind) {
    case 'in-tree-ebs':
      return noPlace;
    case 'csi':
      if (csiFeature) {
        return snapshotDrivers.includes(backedBy.driver)
          ? null
          : `no VolumeSnapshotClass of ${backedBy.driver} that Velero takes`;
      }
      return backedBy.driver === ebsDriver
        ? noPlace
        : `Velero runs without the feature EnableCSI, which snapshots of ${backedBy.driver} need`;
    case 'other':
      return `a ${backedBy.plugin} volume has no snapshots`;
  }
}

function fileObstacle({ mounted }: ScopeClaim, { nodeAgent }: VeleroInstallation, wanted: boolean): string | null {
  if (!wanted) return 'the policy wants no file-system backup';
  if (nodeAgent === null) return 'no node agent for a file-system backup';
  if (nodeAgent.ready < nodeAgent.wanted) {
    return `the node agent is ready on ${nodeAgent.ready} of ${nodeAgent.wanted} nodes: a file-system backup may miss it`;
  }
  return mounted ? null : 'no running pod mounts it, so there is nothing for a file-system backup to read';
}
