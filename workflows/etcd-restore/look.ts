/** What can be seen of the members, by the agents' words. Changes nothing. */
import { ApplicationFailure, sleep } from '@temporalio/workflow';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import { comparable, type EtcdVerdict, judgeEtcd } from './members.ts';
import { onHost, orNull } from './on-host.ts';
import { askingAgain } from './ports.ts';
import { type AskingHost, seeEtcd } from './see-hosts.ts';
import type { SeenDisk } from './slow-disks.ts';

/**
 * What may be over in a moment is looked at again before anything follows from it: members without a leader or with another one than the
 * rest, as during an election, be they all or one; a hash or an answer that came too late; hashes that cannot be compared, because a
 * compaction reaches one member a moment after another.
 */
export async function seeSettledEtcd(cluster: string, hosts: readonly HostFacts[], known: number) {
  const members = hosts.map(({ etcd }) => etcd);
  for (let looks = 1; ; looks += 1) {
    const etcd = await seeEtcd(cluster, hosts.map(asking));
    const passing =
      mayPass(judgeEtcd(etcd, members, known)) || !comparable(etcd) || (etcd?.unanswered ?? []).length > 0;
    if (!passing) return etcd;
    if (looks === longestElection.looks) {
      requireList(etcd);
      return etcd;
    }
    await sleep(longestElection.pauseMs);
  }
}

function asking({ host, etcd: { clientUrl } }: HostFacts): AskingHost {
  return { host, clientUrl };
}

/** Who is a member and under which id is never guessed: a cluster that has a leader and does not tell it is for a person to look at. */
function requireList(etcd: EtcdClusterFacts | null): void {
  const led = etcd?.statuses.some(({ leaderId }) => leaderId !== '0') ?? false;
  if (!led || !etcd?.unanswered?.includes('members')) return;
  throw ApplicationFailure.nonRetryable('etcd has a leader and does not tell its members', 'etcd-not-healthy');
}

/** An election shows as no leader at all, as one member without it, or as two leaders, of which one is the last one's. Pure. */
function mayPass(state: EtcdVerdict): boolean {
  if (state.kind === 'lost') return state.leaderless;
  return state.kind === 'minority-broken' && state.broken.some(({ late }) => late);
}

/** kubeadm's election time-out is a second, and a vote that splits is repeated. */
const longestElection = { looks: 3, pauseMs: 3_000 } as const;

/** How long members wait for their disks, asked of all hosts at once. */
export async function seeDisks(cluster: string, hosts: readonly HostFacts[]): Promise<readonly SeenDisk[]> {
  return Promise.all(
    hosts.map(async ({ host }) => ({
      host,
      disk: await orNull(() => onHost(cluster, host, askingAgain).measureEtcdDisk({ ...enoughToJudge })),
    })),
  );
}

/** A cluster that is used syncs some times a second; one that syncs less is not kept from its recovery for long. */
const enoughToJudge = { enoughSyncs: 20, limitSeconds: 5 } as const;
