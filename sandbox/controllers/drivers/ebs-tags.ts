/** The tags that the EBS CSI driver and its sidecars put on what they make. */
import type { VolumeRequest } from '../csi/storage-driver.ts';

export function volumeTags(cluster: string, request: VolumeRequest): Record<string, string> {
  return {
    'ebs.csi.aws.com/cluster': 'true',
    CSIVolumeName: request.name,
    'kubernetes.io/created-for/pvc/name': request.claim.name,
    'kubernetes.io/created-for/pvc/namespace': request.claim.namespace,
    'kubernetes.io/created-for/pv/name': request.name,
    [`kubernetes.io/cluster/${cluster}`]: 'owned',
    KubernetesCluster: cluster,
    Name: `${cluster}-dynamic-${request.name}`,
  };
}

export function snapshotTags(cluster: string, name: string): Record<string, string> {
  return {
    'ebs.csi.aws.com/cluster': 'true',
    CSIVolumeSnapshotName: name,
    [`kubernetes.io/cluster/${cluster}`]: 'owned',
    KubernetesCluster: cluster,
    Name: `${cluster}-dynamic-${name}`,
  };
}
