import { describe, expect, it } from 'vitest';
import type { SnapshotCandidate, VolumeFacts } from '../../../activities/ec2/types.ts';
import type { ClaimFacts, ClaimState, Consumer, VolumeState } from '../../../activities/kubernetes/claim-facts.ts';
import type { ClusterSnapshot } from '../../../activities/snapshots/types.ts';
import type { VolumeRebindInput } from '../../../workflows/volume-rebind/contract.ts';
import { decide } from '../../../workflows/volume-rebind/decide.ts';
import type { RebindFacts } from '../../../workflows/volume-rebind/facts.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const vantage = { accountId: '111122223333', region: 'us-east-1' };
const claim: ClaimState = {
  uid: 'claim-uid',
  phase: 'Bound',
  volumeName: 'pvc-1',
  terminating: false,
  createdAt: '2025-12-01T00:00:00Z',
  requestBytes: 10 * 1024 ** 3,
  storageClassName: 'gp3',
  accessModes: ['ReadWriteOnce'],
  volumeMode: 'Filesystem',
  definition: {
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data-db-0', namespace: 'production' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, volumeName: 'pvc-1' },
  },
};
const volume: VolumeState = {
  name: 'pvc-1',
  uid: 'volume-uid',
  phase: 'Bound',
  terminating: false,
  source: { kind: 'csi', driver: 'ebs.csi.aws.com', handle: 'vol-01' },
  reclaimPolicy: 'Delete',
  zone: 'us-east-1a',
  capacityBytes: 10 * 1024 ** 3,
  claimUid: 'claim-uid',
  finalizers: ['kubernetes.io/pv-protection'],
  madeByRecovery: null,
  definition: {
    kind: 'PersistentVolume',
    metadata: { name: 'pvc-1' },
    spec: { csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-01' }, accessModes: ['ReadWriteOnce'] },
  },
};
const consumer: Consumer = {
  kind: 'StatefulSet',
  namespace: 'production',
  name: 'db',
  uid: 'set-uid',
  means: { kind: 'scale' },
  replicas: 1,
  reconcilers: [],
  idleAutoscalers: [],
  retentionWhenScaled: null,
  heldBy: [],
  pods: [],
  database: { kind: 'postgresql', container: 'pg', basis: 'image' },
  claimTemplate: null,
};
const lost: VolumeFacts = {
  volumeId: 'vol-01',
  state: 'missing',
  vantage,
  notFoundMessage: 'gone',
  shape: null,
  zone: null,
  createdAt: null,
  sourceSnapshotId: null,
  attachments: [],
  tags: {},
  initialization: { state: 'unknown', progressPercent: null },
};
const alive: VolumeFacts = {
  ...lost,
  state: 'available',
  zone: 'us-east-1a',
  shape: { type: 'gp3', iops: 3000, throughputMiBps: 125, sizeGiB: 10, encrypted: false, kmsKeyId: null },
};
const snapshot: SnapshotCandidate = {
  snapshotId: 'snap-1',
  state: 'completed',
  progressPercent: 100,
  ownerAccountId: vantage.accountId,
  region: vantage.region,
  startedAt: '2026-01-01T00:00:00Z',
  completedAt: null,
  volumeId: 'vol-01',
  sizeGiB: 10,
  encrypted: false,
  kmsKeyId: null,
  description: '',
  tags: {},
  storageTier: 'standard',
  clusters: [],
  veleroBackup: null,
  matches: ['volume-id'],
};
const cluster: ClaimFacts = {
  namespaceFound: true,
  claim,
  volume,
  storageClass: {
    name: 'gp3',
    provisioner: 'ebs.csi.aws.com',
    parameters: { type: 'gp3' },
    bindingMode: 'WaitForFirstConsumer',
    mountOptions: [],
  },
  csiDrivers: ['ebs.csi.aws.com'],
  consumers: [consumer],
  attachments: [],
  zones: [{ zone: 'us-east-1a', nodes: 1, fittingNodes: 1, fittingAlone: 1, reasons: [] }],
  warnings: [],
};
const usual: RebindFacts = {
  cluster,
  saved: [],
  ec2Volume: lost,
  volumeIdBasis: 'volume object',
  ec2Snapshots: { vantage, candidates: [snapshot], missing: [] },
  clusterSnapshots: { supported: true, snapshots: [] },
};

function verdict(
  change: Partial<RebindFacts> & { seen?: Partial<ClaimFacts> } = {},
  input: Partial<VolumeRebindInput> = {},
) {
  const { seen, ...rest } = change;
  const whole = {
    cluster: 'prod',
    namespace: 'production',
    pvc: 'data-db-0',
    dryRun: false,
    approval: 'automatic',
  } as const;
  const settings = {
    approvalTimeoutSeconds: 60,
    region: 'us-east-1',
    artefactBucket: 'artefacts',
    targets: { recoveryTimeSeconds: null, recoveryPointSeconds: 900 },
    contacts: [],
  };
  const facts = { ...usual, ...rest, cluster: { ...cluster, ...seen } };
  return decide({ input: { ...whole, ...input }, settings }, facts, now);
}

function proceeding(...args: Parameters<typeof verdict>) {
  const decided = verdict(...args);
  if (decided.kind !== 'proceed') throw new Error(JSON.stringify(decided));
  return decided;
}

const gone = { claim: null, volume: null, consumers: [] };
const none = { vantage, candidates: [], missing: [] };
const ceph: VolumeState = { ...volume, source: { kind: 'csi', driver: 'rbd.csi.ceph.com', handle: 'image' } };

describe('volume-rebind refuses', () => {
  it.each<[string, Parameters<typeof verdict>[0], string]>([
    ['an unknown namespace', { seen: { ...gone, namespaceFound: false } }, 'namespace-unknown'],
    ['a claim that nothing speaks of', { seen: gone, ec2Volume: null, ec2Snapshots: none }, 'claim-unknown'],
    [
      'a claim that never had a volume',
      { seen: { claim: { ...claim, volumeName: null, phase: 'Pending' } } },
      'claim-never-bound',
    ],
    ['a volume that is alive', { ec2Volume: alive }, 'volume-not-lost'],
    ['a volume of which EC2 cannot say', { ec2Volume: { ...lost, state: 'unknown' } }, 'volume-state-unknown'],
    [
      'a volume that is asked for in the wrong region',
      { seen: { volume: { ...volume, zone: 'eu-west-1a' } } },
      'volume-state-unknown',
    ],
    ['a claim without a snapshot', { ec2Snapshots: none }, 'no-snapshot'],
    ['pods that fit nowhere', { seen: { zones: [] } }, 'no-schedulable-zone'],
    [
      'a workload that cannot be stopped',
      { seen: { consumers: [{ ...consumer, means: { kind: 'impossible', why: 'no' } }] } },
      'workload-not-quiescable',
    ],
    [
      'a volume of a plugin without snapshots',
      { seen: { volume: { ...volume, source: { kind: 'other', plugin: 'hostPath' } } } },
      'driver-unsupported',
    ],
    ['another driver’s volume without the operator’s word', { seen: { volume: ceph } }, 'volume-state-unknown'],
    [
      'another driver without snapshots in the cluster',
      {
        seen: { volume: null, storageClass: { ...(cluster.storageClass as object), provisioner: 'x.csi' } as never },
        clusterSnapshots: { supported: false, snapshots: [] },
      },
      'driver-unsupported',
    ],
  ])('%s', (_title, change, code) => {
    expect(verdict(change)).toMatchObject({ code });
  });

  it('an alive volume of a workload that a terminated recovery left at 0, and says how it is put back', () => {
    const held = { ...consumer, replicas: 3, heldBy: ['volume-rebind/prod/production/data-db-0'] };
    const { message } = verdict({ ec2Volume: alive, seen: { consumers: [held] } }) as { message: string };
    expect(message).toContain('StatefulSet production/db is still held by volume-rebind/prod/production/data-db-0');
    const patch = `{"metadata":{"annotations":{"rekindle.io/hold":null}},"spec":{"replicas":3}}`;
    expect(message).toContain(`kubectl -n production patch statefulset db --type merge -p '${patch}'`);
  });
});

describe('volume-rebind plans', () => {
  it('a new volume under the surviving claim', () => {
    const { work, draft } = proceeding();
    expect(work).toMatchObject({
      claimUid: 'claim-uid',
      newClaim: null,
      oldVolume: { name: 'pvc-1', uid: 'volume-uid' },
      source: { kind: 'ebs-snapshot', volume: { snapshotId: 'snap-1', zone: 'us-east-1a', type: 'gp3', sizeGiB: 10 } },
      workloads: [{ replicas: 1, minimumReady: 1 }],
      database: { kind: 'postgresql' },
    });
    expect(draft.recoveryPoint).toMatchObject({
      seconds: 3600,
      basis: expect.stringContaining('2026-01-01T00:00:00Z'),
    });
    expect(draft.preconditions).toContainEqual(
      expect.objectContaining({ name: 'recovery point within the target', met: false, blocking: false }),
    );
  });

  it('the same whenever the facts are the same, however late it is', () => {
    expect(JSON.stringify(proceeding().work)).toBe(JSON.stringify(proceeding().work));
  });

  it('the volume by the word of the operator, though EC2 says that it is alive, and leaves the old one', () => {
    const { draft, work } = proceeding({ ec2Volume: alive }, { force: true });
    expect(work.source.kind).toBe('ebs-snapshot');
    expect(draft.warnings.join('\n')).toContain('is left as it is');
  });

  it.each<[string, Partial<ClaimFacts>]>([
    ['the claim is gone', { claim: null, volume: { ...volume, phase: 'Released', reclaimPolicy: 'Retain' } }],
    ['the claim is being deleted', { claim: { ...claim, terminating: true } }],
    ['the volume object is gone', { claim: { ...claim, phase: 'Lost' }, volume: null }],
  ])('the old volume itself where it is alive and %s', (_title, seen) => {
    const { work, draft } = proceeding({ seen, ec2Volume: alive });
    expect(work.source).toEqual({ kind: 'ebs-volume', volumeId: 'vol-01' });
    expect(draft.recoveryPoint.seconds).toBe(0);
  });

  it('a new claim where it is gone, from the saved definition before the template', () => {
    const saved = [{ ...claim.definition, apiVersion: 'v1', kind: 'PersistentVolumeClaim' }] as RebindFacts['saved'];
    const template = { ...claim.definition, metadata: { ...claim.definition.metadata, labels: { from: 'template' } } };
    const seen = { claim: null, volume: null, consumers: [{ ...consumer, claimTemplate: template }] };
    expect(proceeding({ seen, saved }).draft.warnings.join('\n')).toContain('that an earlier recovery saved');
    const { work, draft } = proceeding({ seen });
    expect(draft.warnings.join('\n')).toContain('the template of StatefulSet db');
    expect(work.newClaim).toMatchObject({ replaceUid: null, desired: { metadata: { labels: { from: 'template' } } } });
    expect(work.claimUid).toBeNull();
  });

  it('the volume object of a claim that nobody describes any more by the name in the snapshot’s tags', () => {
    const tagged = { ...snapshot, tags: { 'kubernetes.io/created-for/pv/name': 'pvc-old' } };
    const { work } = proceeding({ seen: gone, ec2Snapshots: { vantage, candidates: [tagged], missing: [] } });
    expect(work.volumeObject?.name).toBe('pvc-old');
    expect(work.newClaim?.desired.spec).toMatchObject({ volumeName: 'pvc-old', accessModes: ['ReadWriteOnce'] });
  });

  it('names the volume object of a claim that came back empty and never bound by its uid', () => {
    const { work } = proceeding({ seen: { claim: { ...claim, volumeName: null }, volume: null } }, { force: true });
    expect(work.volumeObject?.name).toBe('pvc-claim-uid');
    expect(work.claimUid).toBe('claim-uid');
  });

  it('a stop by an unknown finalizer on the volume object', () => {
    const { draft } = proceeding({ seen: { volume: { ...volume, finalizers: ['example.com/mine'] } } });
    expect(draft.preconditions).toContainEqual(
      expect.objectContaining({ blocking: true, met: false, detail: 'finalizers: example.com/mine' }),
    );
  });

  it('tells who else holds the workload, but not in what is hashed', () => {
    const held = { seen: { consumers: [{ ...consumer, heldBy: ['volume-rebind/prod/production/wal-db-0'] }] } };
    expect(proceeding(held).draft.warnings).toEqual(proceeding().draft.warnings);
    expect(JSON.stringify(proceeding(held).work)).toBe(JSON.stringify(proceeding().work));
    expect(JSON.stringify(proceeding(held).draft.preconditions)).toContain('wal-db-0');
  });

  it('another driver’s claim through its newest ready snapshot, by the operator’s word', () => {
    const of = (handle: string, change: Partial<ClusterSnapshot['content']> = {}): ClusterSnapshot => ({
      content: {
        name: handle,
        uid: handle,
        snapshotClass: null,
        restoreSizeBytes: null,
        driver: 'rbd.csi.ceph.com',
        deletionPolicy: 'Delete',
        snapshotHandle: handle,
        volumeHandle: 'image',
        sourceVolumeMode: 'Filesystem',
        readyToUse: true,
        createdAt: '2026-01-01T00:00:00Z',
        boundTo: null,
        error: null,
        madeByRecovery: null,
        ...change,
      },
      object: null,
      matches: ['volume-handle'],
    });
    const snapshots = [
      of('old', { createdAt: '2025-01-01T00:00:00Z' }),
      of('good'),
      of('unready', { createdAt: '2026-01-02T00:00:00Z', readyToUse: false }),
      of('foreign', { createdAt: '2026-01-02T00:00:00Z', driver: 'other.csi' }),
    ];
    const { work } = proceeding(
      { seen: { volume: ceph }, clusterSnapshots: { supported: true, snapshots }, ec2Snapshots: null, ec2Volume: null },
      { force: true },
    );
    expect(work.source).toMatchObject({
      kind: 'csi-snapshot',
      snapshot: { snapshotHandle: 'good' },
      boundBeforeStart: false,
    });
    expect(work.newClaim?.replaceUid).toBe('claim-uid');
    expect(work.undoClaim?.spec.volumeName).toBe('pvc-1');
  });
});
