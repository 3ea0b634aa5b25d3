import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HostDirectory } from '../../../sandbox/hosts/host-directory.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { etcdctlEnvironment } from '../../worlds/control-plane.ts';

/** Names of the members that vote, as the first host's member tells; by no code of the product. A busy member is asked again. */
export async function votersOf(hosts: readonly HostDirectory[], etcdctl: string): Promise<string[]> {
  const [first] = hosts;
  if (first === undefined) return [];
  const env = { ...process.env, ...etcdctlEnvironment(first) };
  const { stdout } = await waitFor(
    `the members, by etcdctl on ${first.name}`,
    () => promisify(execFile)(etcdctl, ['member', 'list', '--write-out=simple'], { env }),
    { timeoutMs: 120_000, intervalMs: 500 },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(', '))
    .filter(([, state, , , , learner]) => state === 'started' && learner === 'false')
    .map(([, , name = '']) => name)
    .sort();
}
