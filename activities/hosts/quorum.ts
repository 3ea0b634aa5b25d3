import type { EtcdClusterFacts } from './types.ts';

/** Members of which a majority must be healthy for etcd to accept anything. */
export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/**
 * Why a member must not be taken out: how the cluster would stand without it, with every member that does not answer as healthy taken
 * for dead. Null when the rest keeps its quorum. Pure.
 */
export function quorumWithout(facts: EtcdClusterFacts, memberId: string): string | null {
  const rest = facts.members.filter(({ id, learner }) => id !== memberId && !learner);
  const good = rest.filter(({ id }) => isHealthy(facts, id));
  const needed = quorumOf(rest.length);
  if (rest.length > 0 && good.length >= needed) return null;
  return `without ${memberId} the cluster would have ${rest.length} voters, of which ${good.length} are healthy; ${needed} are needed`;
}

function isHealthy({ statuses }: EtcdClusterFacts, memberId: string): boolean {
  const status = statuses.find((candidate) => candidate.memberId === memberId);
  if (status === undefined || status.leaderId === '0' || status.learner) return false;
  // An alarm is told by every member; it says nothing of whether this one can vote.
  return status.errors.every((error) => error.includes('alarm:'));
}

/**
 * Why a learner must not be promoted yet; null when it is in sync: it has applied what the leader has. A learner tells no hash of its
 * keys (etcd answers it a status and serializable reads only): the hashes are compared right after the promotion. Pure.
 */
export function notInSync({ statuses }: EtcdClusterFacts, memberId: string): string | null {
  const learner = statuses.find((status) => status.memberId === memberId);
  if (learner === undefined) return 'the learner does not answer yet';
  const leader = statuses.find((status) => status.memberId === status.leaderId);
  if (leader === undefined) return 'no member says that it is the leader';
  if (learner.clusterId !== leader.clusterId) return 'the learner is of another cluster';
  const behind = leader.raftAppliedIndex - learner.raftAppliedIndex;
  return behind > entriesBehind ? `the learner is ${behind} entries behind the leader` : null;
}

/** The leader goes on writing while it is asked. */
const entriesBehind = 100;
