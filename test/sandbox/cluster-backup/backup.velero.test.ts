import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { workflowId, workflowType } from '../../../workflows/cluster-backup/contract.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { backupsOf, type VeleroRun, veleroNamespace, veleroResources } from '../../worlds/velero-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
let ground: RecoveryGround;
let access: ClusterAccess;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  ground = await openRecoveryGround(sandbox, 'cluster-backup');
});

afterAll(() => ground?.close());

async function run(input: { policy?: string; dryRun?: boolean } = {}) {
  const target = { cluster: 'prod', ...input };
  const handle = await ground.start(workflowType, workflowId(target), { ...target, approval: 'automatic' });
  const result = await resultOf(handle);
  return { result, handle, progress: await handle.query(progressQuery) };
}

describe('a backup by the policy of every night', () => {
  it('is whole, repeated by a Schedule, without monitoring, and its snapshot is in EC2', async () => {
    // As in EC2, where a copy takes longer than Velero's backup: that is Completed before its snapshot is.
    const { snapshotPending } = await access.front.setTiming({});
    await access.front.setTiming({ snapshotPending: 20_000 });
    const { result, handle, progress } = await run().finally(() => access.front.setTiming({ snapshotPending }));
    expect(result).toMatchObject({ status: 'recovered' });
    const [backup, ...others] = await backupsOf(access, handle.firstExecutionRunId);
    expect(others).toEqual([]);
    const schedule = { name: 'rekindle-default', namespace: veleroNamespace };
    const { spec } = await access.api.get<VeleroRun>(veleroResources.schedules, schedule);
    expect(spec).toMatchObject({ schedule: '17 2 * * *', template: { ttl: '168h0m0s', includedNamespaces: ['*'] } });
    expect(backup?.spec).toMatchObject({ ttl: '168h0m0s', includeClusterResources: true });
    const [, claims] = progress.evidence;
    const snapshot = /snap-[0-9a-f]+/.exec(claims?.detail ?? '')?.[0] ?? '';
    expect((await access.cloud.snapshots({ 'snapshot-id': snapshot }))[0]?.State).toBe('completed');
  });

  it('is what a second run finds, with its age against its schedule', async () => {
    const { result, progress } = await run({ dryRun: true });
    expect(result).toMatchObject({ status: 'planned' });
    const condition = progress.plan?.preconditions.find(({ name }) => name === 'coverage of namespace production');
    expect(condition).toMatchObject({ met: true });
    expect(condition?.detail).toMatch(
      /^backup rekindle-default-.* old; schedule rekindle-default \(17 2 \* \* \*\), in time; 1 claims, 0 unprotected$/,
    );
  });
});

describe('claims that no snapshot protects', () => {
  const namespace = 'unprotected';

  beforeAll(async () => {
    const { api } = access;
    await api.ensure(resources.namespaces, { metadata: { name: namespace } });
    await api.ensure(resources.volumes, {
      metadata: { name: 'on-one-node' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'local',
        persistentVolumeReclaimPolicy: 'Retain',
        local: { path: '/mnt/data' },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'Exists' }] }] },
        },
      },
    } as object);
    for (const [name, storageClassName] of [
      ['local-data', 'local'],
      ['ceph-data', 'ceph-block'],
    ]) {
      await api.ensure(resources.claims, {
        metadata: { name, namespace },
        spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      } as object);
      // No driver stands behind a local volume: the claim's own word is all there is.
      await waitFor(
        `claim ${name}`,
        async () => {
          const claim = await api.get<V1PersistentVolumeClaim>(resources.claims, { name: name ?? '', namespace });
          return claim.status?.phase === 'Bound';
        },
        { timeoutMs: 60_000, intervalMs: 100 },
      );
    }
  });

  afterAll(async () => {
    await removeNamespace(access, namespace);
    await access.api.delete(resources.volumes, { name: 'on-one-node' });
  });

  it('are named before the backup and in its result, which is not called recovered', async () => {
    const { result, progress } = await run();
    const warnings = progress.plan?.warnings.join('\n') ?? '';
    expect(warnings).toMatch(
      /unprotected\/local-data will not be protected: a local volume has no snapshots; no node agent/,
    );
    expect(warnings).toMatch(/unprotected\/ceph-data will not be protected: .*EnableCSI/);
    expect(result).toMatchObject({ status: 'partial', problems: [{ target: 'claims of namespace unprotected' }] });
    const [problem] = result.status === 'partial' ? result.problems : [];
    expect(problem?.message).toMatch(/2 of 2 claims are unprotected: ceph-data \(.*local-data \(/);
  });
});
