import { describe, expect, it } from 'vitest';
import type { VolumeFacts, VolumeShape, VolumeState } from '../../../activities/ec2/types.ts';
import type { Consumer } from '../../../activities/kubernetes/claim-facts.ts';
import { judgeLoss } from '../../../workflows/volume-rebind/loss.ts';
import { quiesce } from '../../../workflows/volume-rebind/quiesce.ts';
import { wantedShape } from '../../../workflows/volume-rebind/volume-shape.ts';

function volume(state: VolumeState): VolumeFacts {
  return {
    volumeId: 'vol-1',
    state,
    vantage: { accountId: '111122223333', region: 'us-east-1' },
    notFoundMessage: null,
    shape: null,
    zone: null,
    createdAt: null,
    sourceSnapshotId: null,
    attachments: [],
    tags: {},
    initialization: { state: 'unknown', progressPercent: null },
  };
}

describe('a volume is', () => {
  it.each<[VolumeState, string | null, string]>([
    ['missing', 'us-east-1a', 'lost'],
    ['missing', null, 'lost'],
    ['missing', 'eu-west-1a', 'unknown'],
    ['deleted', 'us-east-1a', 'lost'],
    ['deleting', 'us-east-1a', 'lost'],
    ['error', 'us-east-1a', 'lost'],
    ['available', 'us-east-1a', 'alive'],
    ['in-use', 'us-east-1a', 'alive'],
    ['creating', 'us-east-1a', 'unknown'],
    ['unknown', 'us-east-1a', 'unknown'],
  ])('judged by its state %s in %s: %3$s', (state, zone, expected) => {
    expect(judgeLoss(volume(state), zone).kind).toBe(expected);
  });

  it('unknown when nothing tells which one it was', () => {
    expect(judgeLoss(null, null).kind).toBe('unknown');
  });
});

const old: VolumeShape = {
  type: 'io2',
  iops: 5000,
  throughputMiBps: null,
  sizeGiB: 50,
  encrypted: true,
  kmsKeyId: 'key',
};
const snapshot = { sizeGiB: 10, encrypted: false, kmsKeyId: null } as Parameters<typeof wantedShape>[0]['snapshot'];
const plain = { snapshot, old: null, storageClass: null, requestBytes: null, capacityBytes: null };

function storageClass(parameters: Record<string, string>) {
  return { name: 'fast', provisioner: 'ebs.csi.aws.com', parameters, bindingMode: 'Immediate', mountOptions: [] };
}

describe('the new volume has', () => {
  it('type, performance, size and key of the old one where EC2 still describes it', () => {
    expect(wantedShape({ ...plain, old, storageClass: storageClass({ type: 'gp3' }) })).toMatchObject({
      type: 'io2',
      iops: 5000,
      sizeGiB: 50,
      encrypted: true,
      kmsKeyId: 'key',
    });
  });

  it('no IOPS of its own where they follow from the size', () => {
    expect(wantedShape({ ...plain, old: { ...old, type: 'gp2', iops: 150 } })).toMatchObject({
      type: 'gp2',
      iops: null,
    });
  });

  it('what the storage class says, in whatever case', () => {
    const parameters = { Type: 'gp3', IOPS: '4000', throughput: '250', encrypted: 'true', kmskeyid: 'arn' };
    expect(wantedShape({ ...plain, storageClass: storageClass(parameters) })).toMatchObject({
      type: 'gp3',
      iops: 4000,
      throughputMiBps: 250,
      encrypted: true,
      kmsKeyId: 'arn',
    });
  });

  it('IOPS by the GiB of its own size', () => {
    const asked = {
      ...plain,
      requestBytes: 20 * 1024 ** 3,
      storageClass: storageClass({ type: 'io1', iopsPerGB: '50' }),
    };
    expect(wantedShape(asked)).toMatchObject({ iops: 1000, sizeGiB: 20 });
  });

  it('gp3 for want of anything else, at least as large as the snapshot', () => {
    expect(wantedShape(plain)).toMatchObject({
      type: 'gp3',
      iops: null,
      sizeGiB: 10,
      encrypted: false,
      kmsKeyId: null,
    });
  });

  it('encryption when the snapshot is encrypted, whatever the class says', () => {
    const encrypted = { ...snapshot, encrypted: true, kmsKeyId: 'snap-key' };
    const { encrypted: is, kmsKeyId } = wantedShape({
      ...plain,
      snapshot: encrypted,
      storageClass: storageClass({ encrypted: 'false' }),
    });
    expect({ is, kmsKeyId }).toEqual({ is: true, kmsKeyId: 'snap-key' });
  });
});

function consumer(change: Partial<Consumer>): Consumer {
  return {
    kind: 'Deployment',
    namespace: 'production',
    name: 'web',
    uid: 'uid',
    means: { kind: 'scale' },
    replicas: 3,
    reconcilers: [],
    idleAutoscalers: [],
    retentionWhenScaled: null,
    heldBy: [],
    pods: [],
    database: null,
    claimTemplate: null,
    ...change,
  };
}

const completedPod = { name: 'once', phase: 'Succeeded', node: null, ready: false, terminating: false };

describe('the workload', () => {
  it('is stopped whole, and one ready pod is enough where nodes cannot share the volume', () => {
    const stop = quiesce([consumer({}), consumer({ name: 'reader', replicas: 0 })], ['ReadWriteOnce'], false);
    expect(stop).toMatchObject({ kind: 'possible', workloads: [{ minimumReady: 1 }, { minimumReady: 0 }] });
  });

  it('must be ready whole where nodes share the volume', () => {
    expect(quiesce([consumer({})], ['ReadWriteMany'], false)).toMatchObject({ workloads: [{ minimumReady: 3 }] });
  });

  it('refuses when one of its parts cannot be stopped, and says which and why', () => {
    const bare = consumer({ kind: 'Pod', name: 'lonely', means: { kind: 'impossible', why: 'nobody brings it back' } });
    expect(quiesce([consumer({}), bare], [], false)).toEqual({
      kind: 'impossible',
      message: 'Pod production/lonely uses the claim and cannot be stopped: nobody brings it back',
    });
  });

  it('is not hindered by a completed pod, unless the claim must go', () => {
    const done = consumer({ kind: 'Pod', name: 'once', means: { kind: 'none' }, pods: [completedPod] });
    expect(quiesce([done], [], false)).toEqual({ kind: 'possible', workloads: [] });
    expect(quiesce([done], [], true).kind).toBe('impossible');
  });
});
