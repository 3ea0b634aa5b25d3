export const ebsDriver = 'ebs.csi.aws.com';
/** The block-device driver of Ceph, as Rook deploys it. */
export const cephDriver = 'rbd.csi.ceph.com';
/** The in-tree plugin whose volumes the EBS driver serves by migration. */
export const inTreeEbs = 'kubernetes.io/aws-ebs';
