import { describe, expect, it } from 'vitest';
import type { AutoScalingRegion } from '../../../activities/autoscaling/port.ts';
import { cloudRewind } from '../../../activities/etcd/cloud-rewind.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { FakeEc2Region } from '../../adapters/fake-ec2.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';

async function world() {
  const kubernetes = new FakeKubernetes();
  const ec2 = new FakeEc2Region();
  const volume = {
    volumeId: 'vol-00000000000000001',
    state: 'available',
    shape: { type: 'gp3', sizeGiB: 1, iops: null, throughputMiBps: null, encrypted: false, kmsKeyId: null },
    zone: 'us-east-1a',
    createdAt: null,
    sourceSnapshotId: null,
    attachments: [],
    tags: { CSIVolumeName: 'pvc-old' },
  } as const;
  ec2.volumes.set(volume.volumeId, volume);
  kubernetes.add(kinds.volume, {
    metadata: { name: 'pvc-new' },
    spec: { csi: { volumeHandle: 'vol-0123456789abcdef0' } },
  });
  for (const [name, id] of [
    ['node-old', 'i-00000001'],
    ['node-new', 'i-00000002'],
  ]) {
    kubernetes.add(kinds.node, { metadata: { name: name ?? '' }, spec: { providerID: `aws:///us-east-1a/${id}` } });
  }
  const members = ['i-00000001', 'i-00000002', 'i-00000003'].map((instanceId) => ({
    instanceId,
    zone: 'us-east-1a',
    lifecycle: 'InService',
  }));
  const autoScaling = { groups: async () => [{ name: 'workers', members }] } as unknown as AutoScalingRegion;
  const around = { kubernetes, ec2, autoScaling, groups: ['workers'], signal: new AbortController().signal };
  const input = {
    cluster: 'prod',
    region: 'us-east-1',
    lostVolumes: ['pvc-new'],
    returningVolumes: ['pvc-old', 'pvc-gone'],
    lostNodes: ['node-new'],
    returningNodes: ['node-gone'],
  };
  return { around, input, volume, kubernetes };
}

describe('what a rewind leaves in the cloud', () => {
  it('is volumes without an object, objects without a volume, and instances without a Node', async () => {
    const { around, input, volume } = await world();
    expect(await cloudRewind(around, input)).toEqual([
      'volume vol-0123456789abcdef0 stays in EC2 without its PersistentVolume pvc-new',
      `PersistentVolume pvc-old comes back; its volume ${volume.volumeId} is still in EC2`,
      'PersistentVolume pvc-gone comes back, and no volume of EC2 bears its name',
      'instance i-00000002 of workers has no Node afterwards: restart its kubelet',
      'instance i-00000003 of workers has no Node afterwards: restart its kubelet',
      'Node node-gone comes back; where its instance is gone, the cloud controller takes it away again',
    ]);
  });

  it('is told of volumes by their tag while the API is away, and of instances not at all', async () => {
    const { around, input } = await world();
    const kubernetes = Object.assign(new FakeKubernetes(), {
      list: async () => {
        throw new RekindleError('unavailable', 'no answer');
      },
    });
    const lines = await cloudRewind({ ...around, kubernetes }, { ...input, lostVolumes: ['pvc-old'] });
    expect(lines[0]).toMatch(/^volume vol-\w+ stays in EC2 without its PersistentVolume pvc-old$/);
    expect(lines.join()).not.toMatch(/instance i-/);
  });
});
