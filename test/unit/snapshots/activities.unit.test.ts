import { beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { createSnapshotActivities } from '../../../activities/snapshots/activities.ts';
import { importedName } from '../../../activities/snapshots/names.ts';
import type { VolumeSnapshot, VolumeSnapshotContent } from '../../../activities/snapshots/objects.ts';
import type { ImportSnapshotInput, SnapshotActivities } from '../../../activities/snapshots/types.ts';
import { FakeKubernetes } from '../../adapters/fake-kubernetes.ts';
import { TestPace } from '../../adapters/test-pace.ts';

let cluster: FakeKubernetes;
let pace: TestPace;
let activities: SnapshotActivities;
const claim = { namespace: 'production', name: 'data-ceph-0' };
const driver = 'rbd.csi.ceph.com';
const input: ImportSnapshotInput = {
  cluster: 'prod',
  recoveryId: 'recovery-1',
  workflowId: 'volume-rebind/prod/production/data-ceph-0',
  namespace: claim.namespace,
  claim: claim.name,
  driver,
  snapshotHandle: 'rook-snap-1',
  sourceVolumeMode: 'Filesystem',
};
const name = importedName('recovery-1', claim);
const ours = { name, namespace: claim.namespace };

beforeEach(() => {
  cluster = new FakeKubernetes();
  pace = new TestPace();
  activities = createSnapshotActivities({ clusters: cluster.clusters, pace });
});

function addContent(contentName: string, over: Partial<VolumeSnapshotContent['spec']> = {}, status = {}) {
  return cluster.add<VolumeSnapshotContent>(kinds.volumeSnapshotContent, {
    metadata: { name: contentName },
    spec: {
      deletionPolicy: 'Delete',
      driver,
      source: { volumeHandle: 'rook-vol-1' },
      sourceVolumeMode: 'Filesystem',
      volumeSnapshotRef: { name: `of-${contentName}`, namespace: claim.namespace },
      ...over,
    },
    status: {
      snapshotHandle: `handle-${contentName}`,
      creationTime: 1_767_225_600_000_000_000,
      readyToUse: true,
      ...status,
    },
  });
}

function addSnapshot(contentName: string, claimName: string | null) {
  const source =
    claimName === null ? { volumeSnapshotContentName: contentName } : { persistentVolumeClaimName: claimName };
  return cluster.add<VolumeSnapshot>(kinds.volumeSnapshot, {
    metadata: { name: `of-${contentName}`, namespace: claim.namespace },
    spec: { source },
    status: { boundVolumeSnapshotContentName: contentName, readyToUse: true, restoreSize: '1Gi' },
  });
}

describe('listing snapshots of a claim', () => {
  const list = (over = {}) => activities.listClusterSnapshots({ cluster: 'prod', claim, ...over });

  it('says where the cluster knows no snapshots at all', async () => {
    cluster.unserved.add('volumesnapshotcontents');
    expect(await list()).toEqual({ supported: false, snapshots: [] });
  });

  it('finds those of the claim by its VolumeSnapshots, newest first', async () => {
    addContent('old', {}, { creationTime: 1_767_225_600_000_000_000 });
    addContent('new', {}, { creationTime: 1_767_312_000_000_000_000 });
    addSnapshot('old', claim.name);
    addSnapshot('new', claim.name);
    addContent('other');
    addSnapshot('other', 'another-claim');
    const { snapshots } = await list();
    expect(snapshots.map((one) => one.content.name)).toEqual(['new', 'old']);
    expect(snapshots[0]).toMatchObject({
      content: {
        snapshotHandle: 'handle-new',
        createdAt: '2026-01-02T00:00:00.000Z',
        deletionPolicy: 'Delete',
        driver,
      },
      object: { name: 'of-new', claim: claim.name, restoreSizeBytes: 1024 ** 3, readyToUse: true },
      matches: ['claim'],
    });
  });

  it('finds by the handle of the volume the one whose VolumeSnapshot is gone', async () => {
    addContent('orphan');
    expect((await list({ volumeHandle: 'rook-vol-1' })).snapshots).toMatchObject([
      { content: { name: 'orphan' }, object: null, matches: ['volume-handle'] },
    ]);
  });

  it.each(['wanted', 'handle-wanted', 'of-wanted'])(
    'finds a named one by content, handle or VolumeSnapshot (%s)',
    async (named) => {
      addContent('wanted', { source: { snapshotHandle: 'handle-wanted' } });
      addSnapshot('wanted', null);
      expect((await list({ named })).snapshots).toMatchObject([{ content: { name: 'wanted' }, matches: ['named'] }]);
    },
  );

  it('leaves out those of another driver', async () => {
    addContent('ebs', { driver: 'ebs.csi.aws.com' });
    expect((await list({ volumeHandle: 'rook-vol-1', driver })).snapshots).toEqual([]);
  });

  it('does not take a VolumeSnapshot for that of a content which is bound to another one', async () => {
    addContent('stolen', { volumeSnapshotRef: { name: 'somebody-else', namespace: 'staging' } });
    addSnapshot('stolen', claim.name);
    expect((await list()).snapshots).toEqual([]);
  });
});

describe('importing a physical snapshot', () => {
  it('makes the pair that refers to each other, with Retain, before it needs a uid', async () => {
    expect(await activities.importClusterSnapshot(input)).toEqual({
      contentName: name,
      snapshotName: name,
      namespace: 'production',
      alreadyThere: false,
    });
    expect(await cluster.read(kinds.volumeSnapshotContent, { name })).toMatchObject({
      metadata: { annotations: { 'rekindle.io/recovery': 'recovery-1', 'rekindle.io/workflow-id': input.workflowId } },
      spec: {
        deletionPolicy: 'Retain',
        driver,
        source: { snapshotHandle: 'rook-snap-1' },
        sourceVolumeMode: 'Filesystem',
        volumeSnapshotRef: { name, namespace: 'production' },
      },
    });
    expect(await cluster.read(kinds.volumeSnapshot, ours)).toMatchObject({
      metadata: { annotations: { 'rekindle.io/recovery': 'recovery-1' } },
      spec: { source: { volumeSnapshotContentName: name } },
    });
  });

  it('finds its own pair on a repeat', async () => {
    await activities.importClusterSnapshot(input);
    expect(await activities.importClusterSnapshot(input)).toMatchObject({ alreadyThere: true });
    expect(cluster.effects).toHaveLength(2);
  });

  it('goes on after a reply was lost between the two', async () => {
    cluster.loseCreationReply = true;
    await expect(activities.importClusterSnapshot(input)).rejects.toMatchObject({ code: 'reply-lost' });
    await activities.importClusterSnapshot(input);
    expect(cluster.effects.map((effect) => effect.split(' ')[1])).toEqual(['VolumeSnapshotContent', 'VolumeSnapshot']);
  });

  it('takes nothing over that another one made', async () => {
    addContent(name);
    await expect(activities.importClusterSnapshot(input)).rejects.toMatchObject({
      code: 'already-exists',
      retryable: false,
    });
    expect(cluster.effects).toEqual([]);
  });

  it('does not take its own pair for another physical snapshot', async () => {
    await activities.importClusterSnapshot(input);
    const other = { ...input, snapshotHandle: 'rook-snap-2' };
    await expect(activities.importClusterSnapshot(other)).rejects.toMatchObject({ code: 'already-exists' });
  });

  it.each([
    ['the only class of the driver', [['a', driver, false]], 'a'],
    [
      'the default among several',
      [
        ['a', driver, false],
        ['b', driver, true],
      ],
      'b',
    ],
    [
      'none where several are equal',
      [
        ['a', driver, false],
        ['b', driver, false],
      ],
      undefined,
    ],
    ['none of another driver', [['a', 'ebs.csi.aws.com', true]], undefined],
  ] as const)('takes %s', async (_what, classes, chosen) => {
    for (const [className, of, byDefault] of classes) {
      const annotations = byDefault ? { 'snapshot.storage.kubernetes.io/is-default-class': 'true' } : {};
      cluster.add(kinds.volumeSnapshotClass, {
        metadata: { name: className, annotations },
        driver: of,
        deletionPolicy: 'Delete',
      });
    }
    await activities.importClusterSnapshot(input);
    const content = await cluster.read<VolumeSnapshotContent>(kinds.volumeSnapshotContent, { name });
    expect(content?.spec.volumeSnapshotClassName).toBe(chosen);
  });

  it('gives each recovery and each claim a name of its own that Kubernetes takes', () => {
    const names = [
      importedName('r1', claim),
      importedName('r2', claim),
      importedName('r1', { ...claim, namespace: 'staging' }),
      importedName('r1', { namespace: 'n', name: `${'x'.repeat(199)}.${'y'.repeat(50)}` }),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const one of names) expect(one).toMatch(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])$/);
  });
});

describe('waiting until a snapshot can be used', () => {
  const wait = (limitSeconds = 120) =>
    activities.waitClusterSnapshotReady({ cluster: 'prod', namespace: 'production', snapshotName: name, limitSeconds });
  const becomes = (status: Record<string, unknown>, afterMs: number) => {
    pace.onSleep = (elapsed) => elapsed >= afterMs && cluster.edit(kinds.volumeSnapshot, ours, { status });
  };
  beforeEach(() => activities.importClusterSnapshot(input));

  it('ends when it is ready', async () => {
    becomes({ readyToUse: true, restoreSize: '10Gi' }, 30_000);
    expect(await wait()).toMatchObject({
      outcome: 'ready',
      object: { readyToUse: true, restoreSizeBytes: 10 * 1024 ** 3 },
    });
  });

  it('outlasts an error that the controller gets over', async () => {
    becomes({ readyToUse: false, error: { message: 'not yet bound' } }, 0);
    const first = pace.onSleep;
    pace.onSleep = (elapsed) =>
      elapsed < 10_000
        ? first(elapsed)
        : cluster.edit(kinds.volumeSnapshot, ours, { status: { readyToUse: true, error: null } });
    expect(await wait()).toMatchObject({ outcome: 'ready' });
  });

  it('answers `failed` with the words of the controller when an error stays', async () => {
    becomes({ readyToUse: false, error: { message: 'snapshot handle not found' } }, 0);
    expect(await wait()).toEqual({ outcome: 'failed', message: 'snapshot handle not found' });
  });

  it('answers `failed` when the object is gone', async () => {
    await cluster.remove(kinds.volumeSnapshot, ours);
    expect(await wait()).toMatchObject({ outcome: 'failed', message: expect.stringContaining('is gone') });
  });

  it('throws `not-yet` within its limit', async () => {
    await expect(wait(10)).rejects.toMatchObject({ code: 'not-yet', retryable: true });
    expect(pace.now() - Date.parse('2026-01-01T00:00:00Z')).toBeLessThanOrEqual(10_000);
  });
});

describe('taking an import back', () => {
  const remove = (recoveryId = 'recovery-1') =>
    activities.removeImportedSnapshot({
      cluster: 'prod',
      recoveryId,
      workflowId: 'w',
      namespace: 'production',
      claim: claim.name,
    });
  const both = [`VolumeSnapshot production/${name}`, `VolumeSnapshotContent ${name}`];

  it('removes the pair, the VolumeSnapshot first', async () => {
    await activities.importClusterSnapshot(input);
    cluster.effects.length = 0;
    expect(await remove()).toEqual({ removed: both, alreadyGone: [] });
    expect(cluster.effects).toEqual(both.map((one) => `remove ${one}`));
  });

  it('puts Retain back first when someone set Delete, which would take the physical snapshot along', async () => {
    await activities.importClusterSnapshot(input);
    cluster.edit(kinds.volumeSnapshotContent, { name }, { spec: { deletionPolicy: 'Delete' } });
    cluster.effects.length = 0;
    await remove();
    expect(cluster.effects[0]).toBe(`patch VolumeSnapshotContent ${name} {"spec":{"deletionPolicy":"Retain"}}`);
  });

  it('is done when nothing was made, or when it was taken back before', async () => {
    expect(await remove()).toEqual({ removed: [], alreadyGone: both });
    await activities.importClusterSnapshot(input);
    await remove();
    expect(await remove()).toEqual({ removed: [], alreadyGone: both });
  });

  it('removes nothing when one of the two is not its own', async () => {
    await activities.importClusterSnapshot(input);
    const stranger = { metadata: { annotations: { 'rekindle.io/recovery': 'another' } } };
    cluster.edit(kinds.volumeSnapshot, ours, stranger);
    await expect(remove()).rejects.toMatchObject({ code: 'already-exists' });
    expect(cluster.has(kinds.volumeSnapshotContent, { name })).toBe(true);
  });
});
