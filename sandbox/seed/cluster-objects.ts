/** What every cluster of the sandbox has before anybody deploys to it. Pure. */
import type {
  KubernetesObject,
  V1CSIDriver,
  V1Namespace,
  V1PriorityClass,
  V1StorageClass,
} from '@kubernetes/client-node';
import { defaultClassAnnotation, type SnapshotClass } from '../controllers/csi/snapshot-objects.ts';
import { cephDriver, ebsDriver, inTreeEbs } from '../controllers/drivers/driver-names.ts';
import { type Resource, resources } from '../controllers/kubernetes/resource.ts';

export interface PlacedObject {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

export const storageClassNames = {
  gp3: 'gp3',
  gp3Retain: 'gp3-retain',
  inTree: 'gp2-intree',
  ceph: 'ceph-block',
  /** Makes a volume only once a pod asks for it. */
  cephLate: 'ceph-block-late',
} as const;

export const snapshotClassNames = {
  ebs: 'ebs-snapshots',
  ebsRetain: 'ebs-snapshots-retain',
  ceph: 'ceph-snapshots',
} as const;

export const namespaces = ['production', 'staging', 'monitoring', 'velero'] as const;

function storageClass(
  name: string,
  provisioner: string,
  reclaimPolicy: string,
  parameters: Record<string, string>,
  volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer' = 'WaitForFirstConsumer',
): V1StorageClass {
  return {
    metadata: {
      name,
      ...(name === storageClassNames.gp3
        ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }
        : {}),
    },
    provisioner,
    reclaimPolicy,
    parameters,
    volumeBindingMode,
    allowVolumeExpansion: true,
  };
}

const gp3 = { type: 'gp3', iops: '3000', throughput: '125', encrypted: 'true' };

const pool = { clusterID: 'rook-ceph', pool: 'replicapool' };

const storageClasses: readonly V1StorageClass[] = [
  storageClass(storageClassNames.gp3, ebsDriver, 'Delete', gp3),
  storageClass(storageClassNames.gp3Retain, ebsDriver, 'Retain', gp3),
  storageClass(storageClassNames.inTree, inTreeEbs, 'Delete', { type: 'gp2', fsType: 'ext4' }),
  storageClass(storageClassNames.ceph, cephDriver, 'Delete', pool, 'Immediate'),
  storageClass(storageClassNames.cephLate, cephDriver, 'Delete', pool),
];

function csiDriver(name: string): V1CSIDriver {
  return { metadata: { name }, spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: 'File' } };
}

function snapshotClass(name: string, driver: string, policy: 'Delete' | 'Retain', isDefault: boolean): SnapshotClass {
  return {
    metadata: {
      name,
      labels: { 'velero.io/csi-volumesnapshot-class': `${isDefault}` },
      ...(isDefault ? { annotations: { [defaultClassAnnotation]: 'true' } } : {}),
    },
    driver,
    deletionPolicy: policy,
  };
}

const snapshotClasses: readonly SnapshotClass[] = [
  snapshotClass(snapshotClassNames.ebs, ebsDriver, 'Delete', true),
  snapshotClass(snapshotClassNames.ebsRetain, ebsDriver, 'Retain', false),
  snapshotClass(snapshotClassNames.ceph, cephDriver, 'Delete', true),
];

function priorityClass(name: string, value: number, description: string): V1PriorityClass {
  return { metadata: { name }, value, description, globalDefault: false };
}

const priorityClasses: readonly V1PriorityClass[] = [
  priorityClass('business-critical', 1_000_000, 'Databases and what takes money'),
  priorityClass('business', 100_000, 'What customers see'),
  priorityClass('internal', 1_000, 'What only we see'),
];

function namespace(name: string): V1Namespace {
  const component = name === 'monitoring' ? { 'app.kubernetes.io/component': 'monitoring' } : {};
  return { metadata: { name, labels: { ...component, 'rekindle.io/seeded': 'true' } } };
}

/** In an order in which they can be created. The snapshot kinds must be known to the cluster. */
export const clusterObjects: readonly PlacedObject[] = [
  ...namespaces.map((name) => ({ resource: resources.namespaces, object: namespace(name) })),
  ...priorityClasses.map((object) => ({ resource: resources.priorityClasses, object })),
  ...storageClasses.map((object) => ({ resource: resources.storageClasses, object })),
  ...[ebsDriver, cephDriver].map((name) => ({ resource: resources.csiDrivers, object: csiDriver(name) })),
  ...snapshotClasses.map((object) => ({ resource: resources.snapshotClasses, object })),
];
