import { afterAll, beforeAll, expect, it } from 'vitest';
import { readContainers } from '../../../sandbox/hosts/containers.ts';
import { workflowId, workflowType } from '../../../workflows/etcd-restore/contract.ts';
import { type HostAgent, startHostAgent } from '../../worlds/host-agents.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { sharedSandbox } from '../shared-sandbox.ts';

const sandbox = sharedSandbox();
const hosts = sandbox.hosts('prod');
let ground: RecoveryGround;
let agents: HostAgent[] = [];

beforeAll(async () => {
  ground = await openRecoveryGround(sandbox, 'etcd-refused');
  agents = await Promise.all(hosts.map((host) => startHostAgent(host, ground.temporal.env)));
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.kill()));
  await ground?.close();
});

/** A restore stops these first; controllers may end by themselves, when they could not renew their lease. */
const stopped = ['etcd', 'kube-apiserver'];
const running = () =>
  hosts.map((host) => readContainers(host).flatMap(({ name, id }) => (stopped.includes(name) ? [id] : [])));

async function refusal(input: object = {}) {
  const before = running();
  const handle = await ground.start(workflowType, workflowId({ cluster: 'prod' }), {
    cluster: 'prod',
    approval: 'automatic',
    ...input,
  });
  const result = await resultOf(handle);
  expect(running()).toEqual(before);
  return result;
}

it('refuses to restore a healthy etcd', async () => {
  expect(await refusal()).toMatchObject({ status: 'refused', reason: 'etcd-healthy' });
});

it('refuses a snapshot that is not there, although forced', async () => {
  const snapshot = 's3://rekindle-etcd/etcd/prod/snapshots/none.db';
  expect(await refusal({ force: true, snapshot })).toMatchObject({ status: 'refused', reason: 'no-etcd-snapshot' });
});

it('refuses when the agent of a host does not answer', async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.kill()));
  expect(await refusal()).toMatchObject({ status: 'refused', reason: 'host-unreachable' });
});
