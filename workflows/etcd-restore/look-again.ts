/**
 * The last look at etcd before anything is stopped. Minutes or hours lie between the plan and this: snapshots are tried, people are asked,
 * a run is paused. What was broken may be well by then, and what held the quorum may not hold it any more.
 */
import { ApplicationFailure } from '@temporalio/workflow';
import { type EtcdVerdict, judgeEtcd } from './members.ts';
import { seeEtcd } from './see-hosts.ts';
import type { BrokenHost, ReplaceWork, RestoreHost, SnapshotWork } from './work.ts';

/** Fails as `etcd-changed` unless the quorum is still lost. Not asked where the restore was forced. */
export async function requireStillLost({ cluster, hosts, fenced, forced }: SnapshotWork): Promise<void> {
  if (forced) return;
  const state = await judged(cluster, hosts, hosts.length + fenced.length);
  if (state.kind === 'lost' && !state.leaderless) return;
  throw changed(`the quorum of ${cluster} was lost when the plan was made, and now ${told(state)}`);
}

/** Fails as `etcd-changed` unless the member is still broken, and the others still hold the quorum without it. */
export async function requireStillBroken({ cluster, hosts }: ReplaceWork, { member }: BrokenHost): Promise<void> {
  const state = await judged(cluster, hosts, hosts.length);
  if (state.kind === 'minority-broken' && state.broken.some(({ name }) => name === member)) return;
  throw changed(`${member} was broken while the others held the quorum when the plan was made, and now ${told(state)}`);
}

async function judged(cluster: string, hosts: readonly RestoreHost[], known: number): Promise<EtcdVerdict> {
  const members = hosts.map(({ member: name, peerUrl, clientUrl }) => ({ name, peerUrl, clientUrl }));
  return judgeEtcd(await seeEtcd(cluster, hosts), members, known);
}

function told(state: EtcdVerdict): string {
  return state.kind === 'healthy' ? 'all members agree' : state.detail;
}

function changed(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'etcd-changed');
}
