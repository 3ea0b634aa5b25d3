import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { readOrders } from '../../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../../sandbox/seed/pod-database.ts';
import { deployDatabase } from '../../../sandbox/seed/workloads.ts';
import { useCsiSnapshots } from '../../../sandbox/velero/csi-snapshots.ts';
import * as clusterBackup from '../../../workflows/cluster-backup/contract.ts';
import * as namespaceRestore from '../../../workflows/namespace-restore/contract.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { deleteNamespace, openPort } from '../../worlds/restore-world.ts';
import { backupsOf } from '../../worlds/velero-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const namespace = 'on-ceph';
let ground: RecoveryGround;
let access: ClusterAccess;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  await useCsiSnapshots(sandbox.context, 'prod', true);
  ground = await openRecoveryGround(sandbox, 'csi-snapshots');
});

afterAll(async () => {
  await ground?.close();
  await deleteNamespace(openPort(sandbox), namespace);
  await useCsiSnapshots(sandbox.context, 'prod', false);
});

it('a volume that no cloud snapshot reaches is saved by its driver, and a database on it comes back with its rows', async () => {
  const database = await deployDatabase(access, { namespace, storage: 'ceph', rows: 50, snapshot: 'none' });
  const policy = { cluster: 'prod', approval: 'automatic' as const };
  const saving = await ground.start(clusterBackup.workflowType, clusterBackup.workflowId(policy), policy);
  expect(await resultOf(saving)).toMatchObject({ status: 'recovered' });
  const [backup] = await backupsOf(access, saving.firstExecutionRunId);

  await deleteNamespace(openPort(sandbox), namespace);
  const input = {
    ...{ cluster: 'prod', namespaces: [namespace], approval: 'automatic' as const },
    backup: backup?.metadata?.name ?? '',
  };
  const restoring = await ground.start(namespaceRestore.workflowType, namespaceRestore.workflowId(input), input);
  const result = await resultOf(restoring, 220_000);
  expect(result, JSON.stringify(result)).toMatchObject({ status: 'recovered' });
  expect(await readOrders(podDatabase(sandbox.context, { cluster: 'prod', namespace, name: 'db-0' }))).toEqual(
    database.table,
  );
});
