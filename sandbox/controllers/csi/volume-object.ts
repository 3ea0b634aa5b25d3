/** The PersistentVolume that the provisioner makes for a claim. Pure. */
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from '@kubernetes/client-node';
import { inTreeEbs } from '../drivers/driver-names.ts';
import { zoneLabel } from '../nodes/node-objects.ts';
import { quantityOf } from './quantity.ts';
import type { CreatedVolume } from './storage-driver.ts';

export const provisionerFinalizer = 'external-provisioner.volume.kubernetes.io/finalizer';
const provisionedByAnnotation = 'pv.kubernetes.io/provisioned-by';
const migratedToAnnotation = 'pv.kubernetes.io/migrated-to';

export function volumeName(claim: V1PersistentVolumeClaim): string {
  return `pvc-${claim.metadata?.uid}`;
}

/** True when this driver made the volume, or took it over from the in-tree plugin. */
export function provisionedBy(volume: V1PersistentVolume, driver: string): boolean {
  const annotations = volume.metadata?.annotations ?? {};
  const by = annotations[provisionedByAnnotation];
  return by === driver || (by === inTreeEbs && annotations[migratedToAnnotation] === driver);
}

export interface VolumeObjectParts {
  readonly claim: V1PersistentVolumeClaim;
  readonly storageClass: V1StorageClass;
  readonly volume: CreatedVolume;
  readonly driver: string;
  /** The class is of the in-tree plugin: the object has the in-tree form, although the CSI driver serves it. */
  readonly inTree: boolean;
}

export function volumeObject({ claim, storageClass, volume, driver, inTree }: VolumeObjectParts): V1PersistentVolume {
  const deletes = (storageClass.reclaimPolicy ?? 'Delete') === 'Delete';
  const fsType = storageClass.parameters?.['csi.storage.k8s.io/fstype'] ?? 'ext4';
  const source = inTree
    ? { awsElasticBlockStore: { volumeID: volume.handle, fsType } }
    : {
        csi: {
          driver,
          volumeHandle: volume.handle,
          fsType,
          volumeAttributes: { 'storage.kubernetes.io/csiProvisionerIdentity': `sandbox-${driver}` },
        },
      };
  const affinity = volume.zone && {
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: zoneLabel, operator: 'In', values: [volume.zone] }] }],
      },
    },
  };
  return {
    metadata: {
      name: volumeName(claim),
      annotations: {
        [provisionedByAnnotation]: driver,
        ...(inTree ? { [migratedToAnnotation]: driver } : {}),
        'volume.kubernetes.io/provisioner-deletion-secret-name': '',
        'volume.kubernetes.io/provisioner-deletion-secret-namespace': '',
      },
      ...(deletes ? { finalizers: [provisionerFinalizer] } : {}),
    },
    spec: {
      capacity: { storage: quantityOf(volume.sizeBytes) },
      accessModes: claim.spec?.accessModes ?? ['ReadWriteOnce'],
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      persistentVolumeReclaimPolicy: deletes ? 'Delete' : 'Retain',
      storageClassName: storageClass.metadata?.name ?? '',
      ...(storageClass.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: claim.metadata?.name ?? '',
        namespace: claim.metadata?.namespace ?? '',
        uid: claim.metadata?.uid ?? '',
        resourceVersion: claim.metadata?.resourceVersion ?? '',
      },
      ...source,
      ...affinity,
    },
  };
}
