/** What can be seen of the hosts and of their members, by the agents' words. Changes nothing. */
import { isCancellation, sleep } from '@temporalio/workflow';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { SeenHost } from './facts.ts';
import { judgeEtcd } from './members.ts';
import { onHost, orNull } from './on-host.ts';
import { asking } from './ports.ts';
import type { SeenDisk } from './slow-disks.ts';

/** Each host's own word; a host whose agent does not answer in time is told as such. */
export async function seeHosts(cluster: string, names: readonly string[]): Promise<readonly SeenHost[]> {
  return Promise.all(
    names.map(async (host): Promise<SeenHost> => {
      try {
        return { host, facts: await onHost(cluster, host, asking).readHostFacts() };
      } catch (error) {
        if (isCancellation(error)) throw error;
        const { code, message } = failureFacts(error);
        return { host, facts: null, why: `${code}: ${message}` };
      }
    }),
  );
}

/** The cluster as the first host sees it that can ask. */
export async function seeEtcd(
  cluster: string,
  hosts: readonly string[],
  endpoints: readonly string[],
): Promise<EtcdClusterFacts | null> {
  for (const host of hosts) {
    try {
      return await onHost(cluster, host, asking).readEtcdCluster({ endpoints });
    } catch (error) {
      if (isCancellation(error)) throw error;
    }
  }
  return null;
}

/** Between two elections there is no leader for a moment: a quorum that answers is looked at again before it counts as lost. */
export async function seeSettledEtcd(cluster: string, hosts: readonly HostFacts[], known: number) {
  const names = hosts.map(({ host }) => host);
  const members = hosts.map(({ etcd }) => etcd);
  for (let looks = 1; ; looks += 1) {
    const etcd = await seeEtcd(
      cluster,
      names,
      members.map(({ clientUrl }) => clientUrl),
    );
    const state = judgeEtcd(etcd, members, known);
    if (state.kind !== 'lost' || !state.leaderless || looks === longestElection.looks) return etcd;
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
      disk: await orNull(() => onHost(cluster, host, asking).measureEtcdDisk({ ...enoughToJudge })),
    })),
  );
}

/** A cluster that is used syncs some times a second; one that syncs less is not kept from its recovery for long. */
const enoughToJudge = { enoughSyncs: 20, limitSeconds: 5 } as const;
