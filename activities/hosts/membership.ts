/**
 * Changes of etcd's membership. Each looks at the members first, so that a repeat finds what the try before did, and projects the
 * quorum before it takes a voter out.
 */
import { RekindleError } from '../../errors/rekindle-error.ts';
import { poll } from '../kubernetes/polling.ts';
import type { Pace } from '../pace.ts';
import { etcdClusterFacts } from './etcd-members.ts';
import { etcdctl, type Host } from './host.ts';
import { notInSync, quorumWithout } from './quorum.ts';
import type {
  AddedLearner,
  AddLearnerInput,
  DisarmInput,
  EtcdClusterFacts,
  PromoteInput,
  RemoveMemberInput,
} from './types.ts';

const changeLimitSeconds = 20;

/** etcdctl takes ids in hexadecimal. */
function hexId(decimal: string): string {
  return BigInt(decimal).toString(16);
}

async function change(host: Host, endpoints: readonly string[], args: readonly string[], pace: Pace): Promise<string> {
  const { exitCode, stdout } = await etcdctl(host, endpoints, args, changeLimitSeconds, pace.signal());
  if (exitCode === 0) return stdout;
  throw new RekindleError('etcd-not-healthy', `etcdctl ${args.slice(0, 2).join(' ')} ended with ${exitCode}`);
}

/** Facts that were read from a member with a leader; throws where nobody has one. */
async function led(host: Host, endpoints: readonly string[], pace: Pace): Promise<EtcdClusterFacts> {
  const facts = await etcdClusterFacts(host, endpoints, pace.signal());
  if (facts.members.length > 0 && facts.statuses.some(({ leaderId }) => leaderId !== '0')) return facts;
  throw new RekindleError('etcd-not-healthy', 'no member of etcd has a leader');
}

export async function removeMember(
  host: Host,
  { endpoints, memberId, onlyLearner }: RemoveMemberInput,
  pace: Pace,
): Promise<string> {
  const facts = await led(host, endpoints, pace);
  const member = facts.members.find(({ id }) => id === memberId);
  if (member === undefined) return `member ${memberId} is not in the list`;
  if (onlyLearner && !member.learner) return `member ${memberId} is a voter and stays`;
  if (!member.learner) {
    const against = quorumWithout(facts, memberId);
    if (against !== null) throw new RekindleError('quorum-at-risk', against);
  }
  await change(host, endpoints, ['member', 'remove', hexId(memberId)], pace);
  const voters = facts.members.filter(({ id, learner }) => id !== memberId && !learner).length;
  return `member ${memberId} is removed, ${voters} voters are left`;
}

export async function addLearner(
  host: Host,
  { endpoints, name, peerUrl }: AddLearnerInput,
  pace: Pace,
): Promise<AddedLearner> {
  const before = await led(host, endpoints, pace);
  const found = before.members.find((member) => member.peerUrl === peerUrl);
  if (found === undefined) {
    await change(host, endpoints, ['member', 'add', name, '--learner', `--peer-urls=${peerUrl}`], pace);
  }
  const { members } = found === undefined ? await led(host, endpoints, pace) : before;
  const added = members.find((member) => member.peerUrl === peerUrl);
  if (added === undefined) throw new RekindleError('etcd-not-healthy', `the members do not list ${peerUrl} yet`);
  return {
    memberId: added.id,
    learner: added.learner,
    // A member that never started has no name in the list.
    initialCluster: members.map((member) => ({
      name: member.id === added.id ? name : member.name,
      peerUrl: member.peerUrl,
    })),
  };
}

export async function promoteLearner(
  host: Host,
  { endpoints, memberId, limitSeconds }: PromoteInput,
  pace: Pace,
): Promise<string> {
  return poll(pace, limitSeconds, 'learner-not-in-sync', async () => {
    const facts = await etcdClusterFacts(host, endpoints, pace.signal());
    const member = facts.members.find(({ id }) => id === memberId);
    if (member === undefined) return { missing: `member ${memberId} is not in the list` };
    const voters = facts.members.filter(({ learner }) => !learner).length;
    if (!member.learner) return { done: `member ${memberId} is a voter, one of ${voters}` };
    const missing = notInSync(facts, memberId);
    if (missing !== null) return { missing };
    const { exitCode } = await etcdctl(
      host,
      endpoints,
      ['member', 'promote', hexId(memberId)],
      changeLimitSeconds,
      pace.signal(),
    );
    return { missing: exitCode === 0 ? 'the promotion is not listed yet' : 'etcd does not promote the learner yet' };
  });
}

/** etcdctl clears all alarms or none: so it is asked only when there is no other than CORRUPT of the given members. */
export async function disarmCorrupt(host: Host, { endpoints, memberIds }: DisarmInput, pace: Pace): Promise<string> {
  const { alarms } = await led(host, endpoints, pace);
  if (alarms.length === 0) return 'no alarm';
  const other = alarms.find(({ alarm, memberId }) => alarm !== 'CORRUPT' || !memberIds.includes(memberId));
  if (other !== undefined) {
    throw new RekindleError('other-etcd-alarm', `the alarm ${other.alarm} of member ${other.memberId} is not ours`);
  }
  await change(host, endpoints, ['alarm', 'disarm'], pace);
  const after = await led(host, endpoints, pace);
  if (after.alarms.length > 0) throw new RekindleError('etcd-not-healthy', 'the alarm is still there');
  return `${alarms.length} alarms CORRUPT cleared`;
}
