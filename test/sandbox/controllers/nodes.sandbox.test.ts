import type { V1Node } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { isReady } from '../../../sandbox/controllers/nodes/decide-node.ts';
import { instanceIdOf } from '../../../sandbox/controllers/nodes/node-objects.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { type ClusterAccess, openCluster } from '../../../sandbox/seed/cluster-access.ts';
import { ownSandbox } from '../own-sandbox.ts';

const { sandbox, dispose } = ownSandbox();
// Longer than the controller manager's grace period for nodes, 50 s.
const grace = { timeoutMs: 120_000, intervalMs: 500 };
let access: ClusterAccess;

beforeAll(async () => {
  await sandbox.up();
  access = await openCluster(sandbox.context);
  // The group of an impaired machine shall not end it while it is looked at.
  await access.front.setTiming({ impairedBeforeUnhealthy: 900_000 });
});

afterAll(dispose);

async function nodes(): Promise<V1Node[]> {
  return (await access.api.list<V1Node>(resources.nodes)).items;
}

async function nodeOf(instanceId: string): Promise<V1Node | undefined> {
  return (await nodes()).find((node) => instanceIdOf(node) === instanceId);
}

function instancesIn(sentence: string): string[] {
  return sentence.match(/i-[0-9a-f]+/g) ?? [];
}

test('nodes of dead, hanging and cut-off machines turn not ready; only the cut-off ones are well in EC2', async () => {
  const [terminated = ''] = instancesIn(await sandbox.break('nodes-dead', { zone: 'us-east-1a', state: 'terminated' }));
  const [impaired = ''] = instancesIn(await sandbox.break('nodes-dead', { zone: 'us-east-1b', state: 'impaired' }));
  const [cutOff = ''] = instancesIn(await sandbox.break('nodes-partitioned', { zone: 'us-east-1c' }));

  // A terminated instance's Node is removed once it has stopped reporting; the others stay.
  await waitFor('the terminated node to go', async () => (await nodeOf(terminated)) === undefined, grace);
  for (const id of [impaired, cutOff]) {
    const silent = async () => {
      const node = await nodeOf(id);
      return node !== undefined && !isReady(node);
    };
    await waitFor(`the node of ${id} to be not ready`, silent, grace);
  }
  const seen = new Map((await access.cloud.instances('prod')).map((instance) => [instance.id, instance]));
  expect(seen.get(impaired)).toMatchObject({ state: 'running', impaired: true });
  expect(seen.get(cutOff)).toMatchObject({ state: 'running', impaired: false });

  await sandbox.heal('nodes-dead');
  await sandbox.heal('nodes-partitioned');
  const healed = async () => {
    const all = await nodes();
    return all.length >= 6 && all.every(isReady);
  };
  await waitFor('six nodes to be ready again, one of them new', healed, grace);
  expect(await nodeOf(terminated)).toBeUndefined();
});
