import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Kind, kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesPort } from '../../../activities/kubernetes/port.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { readOrders } from '../../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../../sandbox/seed/pod-database.ts';
import { productionDatabase } from '../../../sandbox/seed/production.ts';
import { workflowId, workflowType } from '../../../workflows/etcd-restore/contract.ts';
import { progressQuery, reportQuery } from '../../../workflows/recovery/messages.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { deleteNamespace, openPort, restoresOf, takeBackup, webNamespace } from '../../worlds/restore-world.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const mark = randomBytes(2).toString('hex');
const shop = `shop-${mark}`;
const backup = `before-the-loss-${mark}`;
const serviceAccountKind: Kind = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};
let port: KubernetesPort;
let onEks: RecoveryGround;
let withoutAgents: RecoveryGround;

beforeAll(async () => {
  port = openPort(sandbox);
  [onEks, withoutAgents] = await Promise.all([
    openRecoveryGround(asEks(sandbox), `fallback-eks-${mark}`),
    openRecoveryGround(sandbox, `fallback-${mark}`),
    makeShop(),
  ]);
  expect(await takeBackup(port, backup, ['production', shop])).toMatchObject({ phase: 'Completed' });
});

afterAll(async () => {
  await onEks?.close();
  await withoutAgents?.close();
});

/** The same cluster by an inventory that calls it EKS, and names a second critical namespace. */
function asEks(whole: Sandbox): Sandbox {
  const inventory = parse(readFileSync(whole.inventoryPath, 'utf8'));
  const { controlPlane: _, ...prod } = inventory.clusters.prod;
  const criticalNamespaces = [...prod.criticalNamespaces, { name: shop, priority: 2 }];
  inventory.clusters.prod = { ...prod, kind: 'eks', criticalNamespaces };
  const file = join(whole.dir, `rekindle-eks-${mark}.yaml`);
  writeFileSync(file, stringify(inventory));
  return { ...whole, env: { ...whole.env, REKINDLE_CONFIG: file } };
}

/** Its pods are not made before their account is there. */
async function makeShop(): Promise<void> {
  await webNamespace(port, shop);
  await port.create(serviceAccountKind, { metadata: { namespace: shop, name: 'runner' } });
  const template = { spec: { serviceAccountName: 'runner' } };
  await port.patch(kinds.deployment, { namespace: shop, name: 'web' }, { spec: { template } });
}

const start = (ground: RecoveryGround, input: object = {}) =>
  ground.start(workflowType, workflowId({ cluster: 'prod' }), { cluster: 'prod', approval: 'automatic', ...input });

it('on EKS deleted namespaces come back by Velero, with their database, and the report tells what was done instead of etcd', async () => {
  const pod = { cluster: 'prod', namespace: 'production', name: productionDatabase.pod };
  const before = await readOrders(podDatabase(sandbox.context, pod));
  await Promise.all([sandbox.break('namespace-deleted'), deleteNamespace(port, shop)]);
  // Nothing to do with EKS: no agent of any host answers either.
  const silent = await start(withoutAgents, { fallback: 'velero', dryRun: true });

  const refusals = [{}, { fallback: 'velero', backup: 'never-taken' }];
  const reasons: unknown[] = [];
  for (const input of refusals) reasons.push(await resultOf(await start(onEks, input)));
  expect(reasons).toMatchObject([
    { status: 'refused', reason: 'etcd-out-of-reach' },
    { status: 'refused', reason: 'no-backup' },
  ]);

  const handle = await start(onEks, { fallback: 'velero' });
  expect(await resultOf(handle, 220_000)).toMatchObject({ status: 'recovered' });
  const report = await handle.query(reportQuery);
  expect(report.plan?.summary).toBe(
    `the critical namespaces of prod come back by Velero: production from ${backup}; ${shop} from ${backup}`,
  );
  expect(report.plan?.warnings.join()).toContain('etcd is not restored');
  expect(report.times.recoveryPointSeconds).toBeGreaterThan(0);
  expect(report.timeline.map(({ what }) => what)).toContain("Reason: the control plane of prod is EKS's own");
  expect(report.evidence.map(({ target, outcome }) => `${target} ${outcome}`)).toEqual(
    [
      `production (restore-first-1)`,
      `production (restore-rest-1)`,
      `${shop} (restore-first-2)`,
      `${shop} (restore-rest-2)`,
    ].map((wave) => `namespaces ${wave} proved`),
  );
  for (const { detail } of report.evidence) expect(detail).toMatch(/^namespace-restore\/prod\/\S+ ended /);

  expect(await readOrders(podDatabase(sandbox.context, pod))).toEqual(before);
  for (const [namespace, readyReplicas] of [
    ['production', 2],
    [shop, 1],
  ] as const) {
    const deployment = await port.read(kinds.deployment, { namespace, name: 'web' });
    expect(deployment).toMatchObject({ status: { readyReplicas } });
  }
  // Whoever restored them is the child of this recovery, under an id of its own.
  expect(await restoresOf(port, handle.firstExecutionRunId)).toEqual([]);

  const planned = await resultOf(silent);
  expect(planned).toMatchObject({ status: 'planned', summary: expect.stringContaining(`production from ${backup}`) });
  const { timeline } = await silent.query(progressQuery);
  expect(timeline.map(({ what }) => what).join()).toContain('no agent of any control-plane host of prod answers');
});
