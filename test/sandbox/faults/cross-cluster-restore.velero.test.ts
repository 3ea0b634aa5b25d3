import { afterAll, beforeAll, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { webObjects } from '../../../sandbox/seed/web-objects.ts';
import { workflowId, workflowType } from '../../../workflows/cross-cluster-restore/contract.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { plainBackup } from '../../worlds/velero-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const namespace = 'subscribers';
/** Of this run alone: a standing sandbox keeps the backups of earlier ones. */
const backup = `subscribers-${Date.now()}`;
let ground: RecoveryGround;
let prod: ClusterAccess;
let dr: ClusterAccess;

beforeAll(async () => {
  [prod, dr] = await Promise.all([openCluster(sandbox.context), openCluster(sandbox.context, 'dr')]);
  ground = await openRecoveryGround(sandbox, 'cross-cluster-faults');
  await prod.api.create(resources.namespaces, { metadata: { name: namespace } });
  const web = { namespace, name: 'web', replicas: 1, labels: {}, priorityClass: 'internal' };
  for (const { resource, object } of webObjects(web)) await prod.api.create(resource, object);
});

afterAll(async () => {
  await sandbox.heal('crd-missing-on-target');
  for (const access of [prod, dr]) await removeNamespace(access, namespace);
  await ground?.close();
});

it('crd-missing-on-target: everything else comes back, and the objects of the missing kind are named', async () => {
  await sandbox.break('crd-missing-on-target', { namespace });
  await plainBackup(prod, backup, { includedNamespaces: [namespace] });
  const target = {
    cluster: 'dr',
    fromCluster: 'prod',
    toCluster: 'dr',
    backup,
    namespaces: [namespace],
  };
  const handle = await ground.start(workflowType, workflowId(target), { ...target, approval: 'automatic' });
  const result = await resultOf(handle, 220_000);
  expect(result.status).toBe('partial');
  const problems = result.status === 'partial' ? result.problems : [];
  expect(problems.map(({ target: named }) => named).join()).toMatch(/Subscription subscribers\/gold/);
  expect(await dr.api.find(resources.deployments, { name: 'web', namespace })).toBeDefined();
});
