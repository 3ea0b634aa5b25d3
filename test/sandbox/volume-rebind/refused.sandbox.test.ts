import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { tagList } from '../../../sandbox/controllers/cloud.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { deployLightWorkloads, type LightWorkload } from '../../../sandbox/seed/light-workloads.ts';
import type { VolumeRebindInput } from '../../../workflows/volume-rebind/contract.ts';
import { rebindGround } from './rebind-ground.ts';
import { fingerprint } from './unchanged.ts';

const ground = rebindGround('rebind-refused');

async function liveApp(word: string): Promise<LightWorkload> {
  const [app] = await deployLightWorkloads(ground.access, ground.namespace(word), 1);
  if (app === undefined) throw new Error('no workload was made');
  return app;
}

/** A small workload whose volume is lost; without its snapshot where that is asked for. */
async function lostApp(word: string, { snapshot = true } = {}): Promise<LightWorkload> {
  const app = await liveApp(word);
  await ground.loseVolume(app.namespace, app.name);
  if (!snapshot) await ground.access.cloud.deleteSnapshot(app.snapshotId);
  return app;
}

/** A completed snapshot that carries the claim's tags and those given, but was taken of some other volume. */
async function tagOnlySnapshot(app: LightWorkload, tags: Record<string, string>): Promise<string> {
  const { cloud } = ground.access;
  const request = { AvailabilityZone: 'us-east-1a', Size: 1, VolumeType: 'gp3' } as const;
  const marks = { 'kubernetes.io/created-for/pvc/namespace': app.namespace };
  const made = await cloud.createVolume({
    ...request,
    TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(marks) }],
  });
  const id = made.VolumeId ?? '';
  const patience = { timeoutMs: 90_000, intervalMs: 200 };
  await waitFor(`volume ${id}`, async () => (await cloud.volume(id))?.State === 'available', patience);
  const all = { ...marks, 'kubernetes.io/created-for/pvc/name': app.name, ...tags };
  const snapshot = (await cloud.createSnapshot(id, 'a copy', all)).SnapshotId ?? '';
  const completed = async () => (await cloud.snapshots({ 'snapshot-id': snapshot }))[0]?.State === 'completed';
  await waitFor(`snapshot ${snapshot}`, completed, patience);
  return snapshot;
}

/** Runs to a refusal, and proves that nothing around the namespace was touched. */
async function refusal(app: LightWorkload, input: Partial<VolumeRebindInput> & Record<string, unknown> = {}) {
  const before = await fingerprint(ground.access, app.namespace);
  const { result, report } = await ground.recover({ namespace: app.namespace, pvc: app.name, ...input });
  expect(await fingerprint(ground.access, app.namespace)).toEqual(before);
  expect(report.steps.every(({ state }) => state === 'pending')).toBe(true);
  return result;
}

describe('volume-rebind refuses, with its reason and nothing changed,', () => {
  it('a volume that is not lost, an unknown claim, an unknown namespace, and an input that is wrong', async () => {
    const app = await liveApp('alive');
    expect(await refusal(app)).toMatchObject({ status: 'refused', reason: 'volume-not-lost' });
    expect(await refusal(app, { pvc: 'no-such-claim' })).toMatchObject({ status: 'refused', reason: 'claim-unknown' });
    expect(await refusal(app, { namespace: 'no-such-namespace' })).toMatchObject({
      status: 'refused',
      reason: 'namespace-unknown',
    });
    expect(await refusal(app, { cluster: 'prodd' })).toMatchObject({ status: 'refused', reason: 'unknown-cluster' });
    expect(await refusal(app, { snapshotID: 'snap-0123456789abcdef0' })).toMatchObject({
      status: 'refused',
      reason: 'invalid-input',
      message: expect.stringContaining('Did you mean snapshotId?'),
    });
    expect(await refusal(app, { force: 'yes' } as never)).toMatchObject({
      status: 'refused',
      reason: 'invalid-input',
      message: expect.stringContaining('force'),
    });
    expect(await refusal(app, { namespace: '' })).toMatchObject({
      status: 'refused',
      reason: 'invalid-input',
      message: expect.stringContaining('namespace'),
    });
  });

  it('a claim without a snapshot', async () => {
    const app = await lostApp('no-snapshot', { snapshot: false });
    expect(await refusal(app)).toMatchObject({ status: 'refused', reason: 'no-snapshot' });
  });

  it('to choose between two equally good snapshots of different clusters, and takes the one that is named', async () => {
    const app = await lostApp('ambiguous', { snapshot: false });
    const north = await tagOnlySnapshot(app, { KubernetesCluster: 'north' });
    const south = await tagOnlySnapshot(app, { KubernetesCluster: 'south' });

    const result = await refusal(app);

    expect(result).toMatchObject({ status: 'refused', reason: 'snapshot-ambiguous' });
    for (const id of [north, south]) expect(JSON.stringify(result)).toContain(id);
    expect(await refusal(app, { snapshotId: north, dryRun: true })).toMatchObject({
      status: 'planned',
      summary: expect.stringContaining(north),
    });
  });

  it('a snapshot of another account, and one that does not exist', async () => {
    const app = await lostApp('foreign');
    const { snapshotId } = await ground.access.front.addForeignSnapshot({
      ownerId: '999988887777',
      volumeSize: 1,
      visibility: 'shared',
    });
    expect(await refusal(app, { snapshotId })).toMatchObject({
      status: 'refused',
      reason: 'snapshot-foreign-account',
      message: expect.stringContaining('999988887777'),
    });
    expect(await refusal(app, { snapshotId: 'snap-0ffffffffffffffff' })).toMatchObject({
      status: 'refused',
      reason: 'snapshot-unknown',
    });
  });

  it('a claim that a bare pod uses, because nothing would bring the pod back', async () => {
    const app = await liveApp('bare-pod');
    await ground.access.api.create<V1Pod>(resources.pods, {
      metadata: { name: 'lonely', namespace: app.namespace },
      spec: {
        containers: [{ name: 'lonely', image: 'docker.io/library/busybox:1' }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: app.name } }],
      },
    });
    await ground.loseVolume(app.namespace, app.name);
    expect(await refusal(app)).toMatchObject({
      status: 'refused',
      reason: 'workload-not-quiescable',
      message: expect.stringContaining(`Pod ${app.namespace}/lonely`),
    });
  });

  it('a place where the pods cannot run', async () => {
    const app = await lostApp('no-zone');
    const template = { spec: { nodeSelector: { 'topology.kubernetes.io/zone': 'us-east-1f' } } };
    const deployment = { namespace: app.namespace, name: app.name };
    await ground.access.api.patch(resources.deployments, deployment, { spec: { template } });
    await settled(app);
    expect(await refusal(app)).toMatchObject({
      status: 'refused',
      reason: 'no-schedulable-zone',
      message: expect.stringContaining('node selector topology.kubernetes.io/zone=us-east-1f'),
    });
  });
});

describe('a dry run', () => {
  it('tells the whole plan and changes nothing', async () => {
    const app = await lostApp('dry-run');
    const before = await fingerprint(ground.access, app.namespace);
    const mark = await ground.access.front.journalMark();

    const { result, report, recoveryId } = await ground.recover({
      namespace: app.namespace,
      pvc: app.name,
      dryRun: true,
    });

    expect(result).toMatchObject({ status: 'planned', summary: expect.stringContaining(app.snapshotId) });
    expect(report.plan?.steps.map(({ id }) => id)).toEqual([
      'save-definitions',
      'retain-old-volume',
      'create-volume',
      'hold-deployment-light-000',
      'wait-quiet',
      'swap-volume-object',
      'wait-bound',
      'start-workload',
      'wait-ready',
    ]);
    expect(report.plan?.recoveryPoint.seconds).toBeGreaterThanOrEqual(0);
    expect(await fingerprint(ground.access, app.namespace)).toEqual(before);
    const calls = await ground.access.front.journal({ userAgent: 'rekindle', service: 'ec2', after: mark });
    // Other recoveries go on in the same account meanwhile.
    const ours = [recoveryId, app.namespace, app.volumeId, app.snapshotId];
    const changes = calls.filter(
      ({ action, error, parameters }) =>
        !action.startsWith('Describe') &&
        error !== 'DryRunOperation' &&
        ours.some((one) => JSON.stringify(parameters).includes(one)),
    );
    expect(changes).toEqual([]);
  });
});

/** The pod with the new template waits for a node, and the controllers are at rest. */
async function settled({ namespace, name }: LightWorkload): Promise<void> {
  await expect
    .poll(
      async () => {
        const { metadata, status } = await ground.deployment(namespace, name);
        const pods = await ground.access.api.list<V1Pod>(resources.pods, { namespace });
        const waiting = pods.items.every((pod) => pod.status?.phase === 'Pending') && pods.items.length === 1;
        // The revision is written by a call of its own, after the pod of the new template was made.
        const revision = metadata?.annotations?.['deployment.kubernetes.io/revision'];
        return status?.observedGeneration === metadata?.generation && revision === '2' && waiting;
      },
      { timeout: 60_000, interval: 300 },
    )
    .toBe(true);
}
