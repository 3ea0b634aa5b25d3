/**
 * Changes of etcd's membership. Each looks at the members first, so that a repeat finds what the try before did, and projects the
 * quorum before it takes a voter out.
 */
import { RekindleError } from '../../errors/rekindle-error.ts';
import { poll } from '../kubernetes/polling.ts';
import type { Pace } from '../pace.ts';
import { etcdClusterFacts } from './etcd-members.ts';
import { etcdctl, type Host } from './host.ts';
import { changeEtcd, changeLimitSeconds, ledFacts } from './led-etcd.ts';
import { notInSync, quorumWithout } from './quorum.ts';
import type { AddedLearner, AddLearnerInput, PromoteInput, RemoveMemberInput } from './types.ts';

/** etcdctl takes ids in hexadecimal. */
function hexId(decimal: string): string {
  return BigInt(decimal).toString(16);
}

export async function removeMember(
  host: Host,
  { endpoints, memberId, onlyLearner }: RemoveMemberInput,
  pace: Pace,
): Promise<string> {
  const facts = await ledFacts(host, endpoints, pace);
  const member = facts.members.find(({ id }) => id === memberId);
  if (member === undefined) return `member ${memberId} is not in the list`;
  if (onlyLearner && !member.learner) return `member ${memberId} is a voter and stays`;
  if (!member.learner) {
    const against = quorumWithout(facts, memberId);
    if (against !== null) throw new RekindleError('quorum-at-risk', against);
  }
  await changeEtcd(host, endpoints, ['member', 'remove', hexId(memberId)], pace);
  const voters = facts.members.filter(({ id, learner }) => id !== memberId && !learner).length;
  return `member ${memberId} is removed, ${voters} voters are left`;
}

export async function addLearner(
  host: Host,
  { endpoints, name, peerUrl }: AddLearnerInput,
  pace: Pace,
): Promise<AddedLearner> {
  const before = await ledFacts(host, endpoints, pace);
  const found = before.members.find((member) => member.peerUrl === peerUrl);
  if (found === undefined) {
    await changeEtcd(host, endpoints, ['member', 'add', name, '--learner', `--peer-urls=${peerUrl}`], pace);
  }
  const { members } = found === undefined ? await ledFacts(host, endpoints, pace) : before;
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
