import { etcdctl } from '../../../sandbox/hosts/etcdctl.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

/** Names of the members that vote, as the first host's member tells; by no code of the product. A busy member is asked again. */
export async function votersOf(sandbox: Sandbox, cluster: string): Promise<string[]> {
  const [first] = sandbox.hosts(cluster);
  if (first === undefined) return [];
  const told = await waitFor(
    `the members, by etcdctl on ${first.name}`,
    () => etcdctl(sandbox.context, first, 'member', 'list', '--write-out=simple'),
    { timeoutMs: 120_000, intervalMs: 500 },
  );
  return told
    .trim()
    .split('\n')
    .map((line) => line.split(', '))
    .filter(([, state, , , , learner]) => state === 'started' && learner === 'false')
    .map(([, , name = '']) => name)
    .sort();
}
