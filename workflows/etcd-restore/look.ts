/** What can be seen of the members, by the agents' words. Changes nothing. */
import { sleep } from '@temporalio/workflow';
import type { HostFacts } from '../../activities/hosts/types.ts';
import { comparable, judgeEtcd } from './members.ts';
import { onHost, orNull } from './on-host.ts';
import { askingAgain } from './ports.ts';
import { seeEtcd } from './see-hosts.ts';
import type { SeenDisk } from './slow-disks.ts';

/**
 * Between two elections there is no leader for a moment: a quorum that answers is looked at again before it counts as lost. So are members
 * whose hashes cannot be compared: a compaction reaches one a moment after another.
 */
export async function seeSettledEtcd(cluster: string, hosts: readonly HostFacts[], known: number) {
  const members = hosts.map(({ etcd }) => etcd);
  for (let looks = 1; ; looks += 1) {
    const etcd = await seeEtcd(cluster, hosts);
    const state = judgeEtcd(etcd, members, known);
    const settled = (state.kind !== 'lost' || !state.leaderless) && comparable(etcd);
    if (settled || looks === longestElection.looks) return etcd;
    await sleep(longestElection.pauseMs);
  }
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
