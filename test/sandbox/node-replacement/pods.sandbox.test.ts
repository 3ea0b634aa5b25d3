import { randomBytes } from 'node:crypto';
import type { V1Namespace, V1VolumeAttachment } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { removeNamespace } from '../../../sandbox/seed/remove-namespace.ts';
import { readyPods } from '../../../sandbox/seed/wait-for-workload.ts';
import { workflowId, workflowType } from '../../../workflows/node-replacement/contract.ts';
import { decideUpdate } from '../../../workflows/recovery/messages.ts';
import { type AuditEntry, auditSince, isForced, isOurs, isReading, timeOf } from '../../worlds/audit-log.ts';
import { wronglyEnded } from '../../worlds/ended-machines.ts';
import { budgetOf, deploymentOn, type NodePods, statefulSetOn } from '../../worlds/node-pods.ts';
import { type NodeWorld, nodeWorld, replacedProblems } from '../../worlds/node-world.ts';
import {
  openRecoveryGround,
  progressUntil,
  type RecoveryGround,
  resultOf,
} from '../../worlds/recovery-in-namespace.ts';
import { settled } from '../../worlds/settled-pods.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const namespace = `nodes-pods-${randomBytes(2).toString('hex')}`;
let access: ClusterAccess;
let ground: RecoveryGround;
let world: NodeWorld;

beforeAll(async () => {
  access = await openCluster(sandbox.context);
  [world, ground] = await Promise.all([
    nodeWorld(sandbox, access, namespace, { nodes: 3, zones: ['b'] }),
    openRecoveryGround(sandbox, namespace),
  ]);
  await access.api.create<V1Namespace>(resources.namespaces, { metadata: { name: namespace } });
});

afterAll(async () => {
  await ground?.close();
  try {
    if (access !== undefined) await removeNamespace(access, namespace);
  } finally {
    await world?.remove();
  }
});

describe('pods of a dead node and of a living node that is drained', () => {
  it('move after the proof of death, and within their budgets', { timeout: 600_000 }, async () => {
    const { api } = access;
    const [dead = '', drained = ''] = world.instances;
    const on = (name: string, instance: string, more: Partial<NodePods> = {}): NodePods => {
      return { namespace, name, node: world.nodeOf(instance), ...more };
    };
    const web = on('web', drained, { replicas: 2 });
    const db = on('db', dead);
    const sticky = on('sticky', dead, { tolerant: true });
    await api.create(resources.statefulSets, statefulSetOn(db, true));
    await api.create(resources.statefulSets, statefulSetOn(sticky, false));
    await api.create(resources.deployments, deploymentOn(web));
    await api.create(resources.budgets, budgetOf(web, 2));
    await api.create(resources.deployments, deploymentOn(on('too-large', drained, { cpu: '64' })));
    await api.create(resources.deployments, deploymentOn(on('cluster-autoscaler', dead, { cpu: '64' })));
    await Promise.all([db, sticky, web].map((pods) => settled(api, pods)));
    const before = await world.read();
    const mark = await access.front.journalMark();
    await world.kill(1);
    // The end of the first machine is carried out, and nobody is told: it must not be asked for again.
    const ending = { service: 'autoscaling', action: 'TerminateInstanceInAutoScalingGroup' };
    await access.front.loseReply({ ...ending, userAgent: ground.temporal.namespace, remaining: 1 });
    const began = Date.now();

    const handle = await ground.start(workflowType, workflowId(world.input), {
      ...world.input,
      drainNodes: [world.nodeOf(drained)],
      // After the first eviction the budget waits for the pod that is made in its place.
      drainTimeoutSeconds: 40,
      stuckPodSeconds: 5,
    });
    const parked = await progressUntil(handle, 'the operator', ({ operatorRequest }) => operatorRequest !== null);
    expect(parked.operatorRequest).toMatchObject({
      stepId: 'drain-2',
      code: 'budget-blocks-eviction',
      message: expect.stringContaining(`${namespace}/web-`),
    });
    expect(parked.plan?.warnings).toContain(
      `cluster-autoscaler ${namespace}/cluster-autoscaler replaces nodes too: pause it while this runs`,
    );
    const kept = await readyPods(api, namespace, 'web', 2);
    expect(kept.map(({ spec }) => spec?.nodeName)).toEqual([world.nodeOf(drained), world.nodeOf(drained)]);
    await api.patch(resources.budgets, { namespace, name: 'web' }, { spec: { minAvailable: 1 } });
    await handle.executeUpdate(decideUpdate, { args: [{ actor: 'test', stepId: 'drain-2', decision: 'retry' }] });
    expect(await resultOf(handle)).toMatchObject({ status: 'recovered' });
    const { evidence } = await progressUntil(handle, 'the end', ({ result }) => result !== null);
    expect(evidence.find(({ claim }) => claim === 'ready')?.detail).toMatch(/[1-9]\d* for resources \(/);

    expect(await replacedProblems(world, before, [dead, drained])).toEqual([]);
    expect(await wronglyEnded(access, world.group, mark, [dead, drained])).toEqual([]);
    for (const app of ['db', 'sticky', 'web']) {
      const pods = await readyPods(api, namespace, app, app === 'web' ? 2 : 1);
      const left = pods.filter(({ spec }) => [dead, drained].map(world.nodeOf).includes(spec?.nodeName ?? ''));
      expect(left, app).toEqual([]);
    }
    const { items } = await api.list<V1VolumeAttachment>(resources.attachments);
    expect(items.filter(({ spec }) => spec.nodeName === world.nodeOf(dead))).toEqual([]);

    await auditProves(began, dead);
  });
});

/** From the API server's own log: who took which pod away, and when. */
async function auditProves(began: number, dead: string): Promise<void> {
  const audit = auditSince(sandbox.context, 'prod', began);
  const ours = audit.filter(isOurs);
  const onPods = audit.filter(({ objectRef }) => objectRef?.resource === 'pods' && objectRef.namespace === namespace);
  // Before the taint and before any deletion by force: EC2, asked by Rekindle after the death, said so.
  const looks = (await access.front.journal({ action: 'DescribeInstances', userAgent: 'rekindle', carriedOut: true }))
    .map(({ time }) => Date.parse(time))
    .filter((time) => time >= began);
  const taint = ours.find((entry) => isPatchOf(entry, world.nodeOf(dead)));
  expect(taint).toBeDefined();
  const tainted = taint === undefined ? 0 : timeOf(taint);
  expect(looks.some((time) => time < tainted)).toBe(true);
  const stateful = onPods.filter((entry) => isForced(entry) && /^(db|sticky)-0$/.test(entry.objectRef?.name ?? ''));
  expect(stateful.length).toBeGreaterThanOrEqual(2);
  for (const entry of stateful) expect(timeOf(entry)).toBeGreaterThan(tainted);

  // Pods of the living node: evictions alone, refused while the budget had none to give, and no deletion by us.
  const web = onPods.filter(({ objectRef }) => objectRef?.name?.startsWith('web-'));
  const evictions = web.filter(({ objectRef, verb }) => objectRef?.subresource === 'eviction' && verb === 'create');
  expect(evictions.filter(({ responseStatus }) => responseStatus?.code === 201)).toHaveLength(2);
  expect(evictions.some(({ responseStatus }) => responseStatus?.code === 429)).toBe(true);
  expect(web.filter((entry) => isOurs(entry) && entry.verb === 'delete')).toEqual([]);
  expect(web.filter((entry) => isForced(entry) && !isKubelet(entry))).toEqual([]);

  // All that Rekindle changed in the namespace: those evictions, the one pod that no taint moves, and the other one of the dead node
  // where Kubernetes, whose collector comes by every 20 s, had not taken it away in the 5 s that it is given here.
  const changed = ours.filter((entry) => entry.objectRef?.namespace === namespace && !isReading(entry));
  const named = changed.map(({ verb, objectRef }) => `${verb} ${objectRef?.subresource ?? objectRef?.name}`);
  expect(named).toEqual(expect.arrayContaining(['create eviction', 'delete sticky-0']));
  expect(named.filter((one) => !['create eviction', 'delete sticky-0', 'delete db-0'].includes(one))).toEqual([]);
}

function isPatchOf({ verb, objectRef }: AuditEntry, node: string): boolean {
  return verb === 'patch' && objectRef?.resource === 'nodes' && objectRef.name === node;
}

/** A kubelet ends a deleted pod with grace 0: kwok, or the sandbox's own. */
function isKubelet({ userAgent = '' }: AuditEntry): boolean {
  return /kwok|sandbox/.test(userAgent);
}
