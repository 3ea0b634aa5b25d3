import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HostDirectory } from '../../../sandbox/hosts/host-directory.ts';
import { etcdctlEnvironment } from '../../worlds/control-plane.ts';

/** Names of the members that vote, as the first host's member tells; by no code of the product. None when it does not answer. */
export async function votersOf(hosts: readonly HostDirectory[], etcdctl: string): Promise<string[]> {
  const [first] = hosts;
  if (first === undefined) return [];
  const asked = await promisify(execFile)(etcdctl, ['member', 'list', '--write-out=simple'], {
    env: { ...process.env, ...etcdctlEnvironment(first) },
  }).catch(() => null);
  if (asked === null) return [];
  const { stdout } = asked;
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(', '))
    .filter(([, state, , , , learner]) => state === 'started' && learner === 'false')
    .map(([, , name = '']) => name)
    .sort();
}
