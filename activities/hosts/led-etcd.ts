/** Questions and changes that only a cluster with a leader answers. */
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { etcdClusterFacts } from './etcd-members.ts';
import { etcdctl, type Host } from './host.ts';
import type { EtcdClusterFacts } from './types.ts';

/** A change waits for the quorum. */
export const changeLimitSeconds = 20;

/** @throws RekindleError `etcd-not-healthy` where etcdctl does not end with 0 */
export async function changeEtcd(
  host: Host,
  endpoints: readonly string[],
  args: readonly string[],
  pace: Pace,
): Promise<string> {
  const { exitCode, stdout } = await etcdctl(host, endpoints, args, changeLimitSeconds, pace.signal());
  if (exitCode === 0) return stdout;
  throw new RekindleError('etcd-not-healthy', `etcdctl ${args.slice(0, 2).join(' ')} ended with ${exitCode}`);
}

/** Facts that were read from a member with a leader; throws where nobody has one, and where what is needed was not answered. */
export async function ledFacts(
  host: Host,
  endpoints: readonly string[],
  pace: Pace,
  needed: 'members' | 'alarms' = 'members',
): Promise<EtcdClusterFacts> {
  const facts = await etcdClusterFacts(host, endpoints, pace.signal());
  if (facts.unanswered?.includes(needed))
    throw new RekindleError('etcd-not-healthy', `etcd does not tell its ${needed}`);
  if (facts.members.length > 0 && facts.statuses.some(({ leaderId }) => leaderId !== '0')) return facts;
  throw new RekindleError('etcd-not-healthy', 'no member of etcd has a leader');
}
