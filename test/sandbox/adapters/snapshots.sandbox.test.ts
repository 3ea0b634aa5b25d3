import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectKubernetes } from '../../../activities/kubernetes/client.ts';
import { kinds } from '../../../activities/kubernetes/kinds.ts';
import { createSnapshotActivities } from '../../../activities/snapshots/activities.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { deployDatabase, type SavedClaim } from '../../../sandbox/seed/workloads.ts';
import { realPace } from '../../adapters/test-pace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const clusters = connectKubernetes({ prod: { context: 'prod', kubeconfig: sandbox.kubeconfigPath } });
const cluster = clusters.cluster('prod');
const activities = createSnapshotActivities({ clusters, pace: realPace, errorPatienceMs: 2_000 });
const namespace = `snapshots-${process.pid}`;
const driver = 'rbd.csi.ceph.com';
let access: ClusterAccess;
let claim: SavedClaim;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  [claim] = (await deployDatabase(access, { namespace, storage: 'ceph', rows: 10 })).claims;
});

afterAll(async () => {
  if (access !== undefined) await removeNamespace(access, namespace);
});

const importAs = (recoveryId: string, snapshotHandle: string) =>
  activities.importClusterSnapshot({
    cluster: 'prod',
    recoveryId,
    workflowId: `volume-rebind/prod/${namespace}/${claim.name}`,
    namespace,
    claim: claim.name,
    driver,
    snapshotHandle,
    sourceVolumeMode: 'Filesystem',
  });
const waitFor = (snapshotName: string) =>
  activities.waitClusterSnapshotReady({ cluster: 'prod', namespace, snapshotName, limitSeconds: 60 });
const remove = (recoveryId: string) =>
  activities.removeImportedSnapshot({ cluster: 'prod', recoveryId, workflowId: 'w', namespace, claim: claim.name });

describe('snapshots of a driver that is not EBS, on the real kinds', () => {
  it('are found by the claim and by the handle of its volume', async () => {
    const found = await activities.listClusterSnapshots({
      cluster: 'prod',
      claim: { namespace, name: claim.name },
      volumeHandle: claim.handle,
      driver,
    });
    expect(found).toMatchObject({
      supported: true,
      snapshots: [
        {
          content: { driver, snapshotHandle: claim.snapshot, readyToUse: true },
          object: { namespace, claim: claim.name, readyToUse: true },
          matches: ['claim', 'volume-handle'],
        },
      ],
    });
  });

  it('are imported once, become ready, and go without the physical snapshot', async () => {
    const handle = claim.snapshot ?? '';
    const made = await importAs('import-1', handle);
    expect(await importAs('import-1', handle)).toEqual({ ...made, alreadyThere: true });
    expect(await waitFor(made.snapshotName)).toMatchObject({
      outcome: 'ready',
      object: { contentName: made.contentName, restoreSizeBytes: expect.any(Number), madeByRecovery: 'import-1' },
    });

    expect((await remove('import-1')).removed).toHaveLength(2);
    const left = () =>
      Promise.all([
        cluster.read(kinds.volumeSnapshotContent, { name: made.contentName }),
        cluster.read(kinds.volumeSnapshot, { namespace, name: made.snapshotName }),
      ]);
    await expect.poll(left).toEqual([null, null]);
    expect((await remove('import-1')).removed).toEqual([]);

    const again = await importAs('import-2', handle);
    expect(await waitFor(again.snapshotName)).toMatchObject({ outcome: 'ready' });
    await remove('import-2');
  });

  it('are told as failed, in the words of the controller, when the handle stands for nothing', async () => {
    const made = await importAs('import-3', 'no-such-snapshot');
    const settled = await waitFor(made.snapshotName);
    expect(settled).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/\S/) });
    await remove('import-3');
  });
});
