import { describe, expect, it } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../activities/kubernetes/objects.ts';
import { claimToCreate } from '../../../workflows/volume-rebind/claim-object.ts';
import { newVolumeObject, planVolumeObject, volumeObject } from '../../../workflows/volume-rebind/volume-object.ts';

const wanted = { name: 'pvc-1', namespace: 'production', claim: 'data-db-0', zone: 'us-east-1b', sizeGiB: 20 };
const made = { volumeId: 'vol-2', zone: 'us-east-1b', claimUid: 'uid-1' };

function zoneTerms(key: string, zone: string) {
  return { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [zone] }] }] } };
}

const csi: PersistentVolume = {
  metadata: {
    name: 'pvc-1',
    labels: { 'topology.kubernetes.io/zone': 'us-east-1a', team: 'orders' },
    annotations: {
      'pv.kubernetes.io/provisioned-by': 'ebs.csi.aws.com',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    },
  },
  spec: {
    capacity: { storage: '10Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Delete',
    storageClassName: 'gp3',
    volumeMode: 'Filesystem',
    mountOptions: ['noatime'],
    claimRef: { namespace: 'production', name: 'data-db-0', uid: 'old' },
    csi: {
      driver: 'ebs.csi.aws.com',
      volumeHandle: 'vol-1',
      fsType: 'xfs',
      nodeStageSecretRef: { name: 'keys', namespace: 'storage' },
      volumeAttributes: { partition: '1' },
    },
    nodeAffinity: zoneTerms('topology.ebs.csi.aws.com/zone', 'us-east-1a'),
  },
};

describe('the object of the new volume', () => {
  it('keeps everything of the old one but volume, size, place, claim uid and reclaim policy', () => {
    const { metadata, spec } = volumeObject(planVolumeObject(csi, wanted), made);
    expect(spec).toEqual({
      ...csi.spec,
      capacity: { storage: '20Gi' },
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: 'production',
        name: 'data-db-0',
        uid: 'uid-1',
      },
      csi: { ...csi.spec.csi, volumeHandle: 'vol-2' },
      nodeAffinity: zoneTerms('topology.ebs.csi.aws.com/zone', 'us-east-1b'),
    });
    expect(metadata.labels).toEqual({ 'topology.kubernetes.io/zone': 'us-east-1b', team: 'orders' });
    expect(metadata.annotations).toEqual({ 'pv.kubernetes.io/provisioned-by': 'ebs.csi.aws.com' });
    expect(metadata).not.toHaveProperty('uid');
  });

  it.each([
    ['aws://us-east-1a/vol-1', 'aws://us-east-1b/vol-2'],
    ['vol-1', 'vol-2'],
  ])('stays in-tree and keeps the form of the handle %s', (before, after) => {
    const { csi: _csi, ...rest } = csi.spec;
    const inTree = { ...csi, spec: { ...rest, awsElasticBlockStore: { volumeID: before, fsType: 'ext4' } } };
    const { spec } = volumeObject(planVolumeObject(inTree, wanted), made);
    expect(spec.awsElasticBlockStore).toEqual({ volumeID: after, fsType: 'ext4' });
    expect(spec.csi).toBeUndefined();
  });

  it('gets a place where the old one had none', () => {
    const { nodeAffinity: _place, ...rest } = csi.spec;
    const { spec } = volumeObject(planVolumeObject({ ...csi, spec: rest }, wanted), made);
    expect(spec.nodeAffinity).toEqual(zoneTerms('topology.kubernetes.io/zone', 'us-east-1b'));
  });

  it('is made as the driver would make it where no pattern is left', () => {
    const claim = { accessModes: ['ReadWriteOnce'], volumeMode: 'Block' as const, storageClassName: 'gp3' };
    const { spec } = volumeObject(newVolumeObject(wanted, claim, null), made);
    expect(spec).toMatchObject({
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-2' },
      volumeMode: 'Block',
      storageClassName: 'gp3',
      persistentVolumeReclaimPolicy: 'Retain',
    });
    expect(spec.csi).not.toHaveProperty('fsType');
  });
});

describe('a claim that is created anew', () => {
  const bound: PersistentVolumeClaim = {
    metadata: {
      name: 'data-db-0',
      namespace: 'production',
      uid: 'old',
      resourceVersion: '7',
      finalizers: ['kubernetes.io/pvc-protection'],
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'x' }],
      labels: { app: 'db' },
      annotations: {
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
        'volume.kubernetes.io/selected-node': 'gone',
        'volume.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com',
        'volume.beta.kubernetes.io/storage-provisioner': 'ebs.csi.aws.com',
        team: 'orders',
      },
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'gp3',
      volumeName: 'pvc-1',
      resources: { requests: { storage: '10Gi' } },
    },
    status: { phase: 'Bound' },
  };

  it('carries none of the marks by which a claim is taken for bound', () => {
    expect(claimToCreate(bound, { volumeName: 'pvc-2' })).toEqual({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-db-0', namespace: 'production', labels: { app: 'db' }, annotations: { team: 'orders' } },
      spec: { ...bound.spec, volumeName: 'pvc-2' },
    });
  });

  it('names a snapshot instead of a volume object, and grows to the size of its data', () => {
    const { spec } = claimToCreate(bound, { snapshotName: 'imported', storage: '20Gi' });
    expect(spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'gp3',
      resources: { requests: { storage: '20Gi' } },
      dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'imported' },
    });
  });
});
