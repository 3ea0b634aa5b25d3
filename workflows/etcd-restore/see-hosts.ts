import { isCancellation } from '@temporalio/workflow';
import type { Machine } from '../../activities/autoscaling/port.ts';
import type { ControlPlane } from '../../activities/etcd/types.ts';
import type { EtcdClusterFacts } from '../../activities/hosts/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { machineOf, runsNoMore, type SeenHost } from './facts.ts';
import { onHost, orNull } from './on-host.ts';
import { asking, askingAgain, limits, readHostMachines } from './ports.ts';

export interface SeenHosts {
  readonly hosts: readonly SeenHost[];
  /** What EC2 says of those that do not answer. */
  readonly machines: readonly Machine[];
}

/**
 * Each host's own word. An agent that is away may only have been started again, so a host without an answer is asked once more, and
 * longer, unless EC2 says that its machine does not run, or the operator gave the silent ones up (`fence`, which waits for an approval
 * and then asks anew). One that stays silent is told as such.
 */
export async function seeHosts(
  cluster: string,
  controlPlane: ControlPlane,
  fence: boolean,
  { report }: Pick<ScenarioContext, 'report'>,
): Promise<SeenHosts> {
  const hosts = await Promise.all(controlPlane.hosts.map((host) => seeHost(cluster, host, asking)));
  const machines = await seeMachines(controlPlane, hosts);
  const away = hosts
    .filter(({ facts, host }) => facts === null && !runsNoMore(machineOf(controlPlane, machines, host)))
    .map(({ host }) => host);
  if (fence || away.length === 0) return { hosts, machines };
  report(
    `No answer from the agent of ${away.join(', ')}: asked for ${limits.agentReturn} s more, in case it comes back`,
  );
  const again = await Promise.all(
    hosts.map((seen) => (away.includes(seen.host) ? seeHost(cluster, seen.host, askingAgain) : seen)),
  );
  return { hosts: again, machines: await seeMachines(controlPlane, again) };
}

async function seeHost(cluster: string, host: string, options: typeof asking): Promise<SeenHost> {
  try {
    return { host, facts: await onHost(cluster, host, options).readHostFacts() };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { code, message } = failureFacts(error);
    return { host, facts: null, why: `${code}: ${message}` };
  }
}

async function seeMachines({ region, instances }: ControlPlane, hosts: readonly SeenHost[]) {
  const silent = hosts.filter(({ facts }) => facts === null).map(({ host }) => instances[host]);
  const instanceIds = silent.filter((id) => id !== undefined);
  return instanceIds.length === 0 ? [] : readHostMachines({ region, instanceIds });
}

/** A host whose agent answers, and where its member serves clients. */
export interface AskingHost {
  readonly host: string;
  readonly clientUrl: string;
}

/**
 * The cluster as the first host sees it that can ask; null when no host answered before. Where a member does not answer that host, the
 * others are asked as well, and the one counts that reaches most: a host that is cut off says nothing of the members. Throws when those
 * that answered before can not be asked now: that nobody asked etcd must never pass for an etcd that does not answer.
 */
export async function seeEtcd(cluster: string, hosts: readonly AskingHost[]): Promise<EtcdClusterFacts | null> {
  const endpoints = hosts.map(({ clientUrl }) => clientUrl);
  const ask = ({ host }: AskingHost) => onHost(cluster, host, askingAgain).readEtcdCluster({ endpoints });
  let failure: unknown = null;
  for (const [index, host] of hosts.entries()) {
    try {
      const seen = await ask(host);
      if (seen.silent.length === 0) return seen;
      const others = await Promise.all(hosts.slice(index + 1).map((other) => orNull(() => ask(other))));
      return others.reduce<EtcdClusterFacts>(
        (best, other) => (other !== null && reaches(other, best) ? other : best),
        seen,
      );
    } catch (error) {
      if (isCancellation(error)) throw error;
      failure = error;
    }
  }
  if (failure !== null) throw failure;
  return null;
}

/** More members than the other, or as many and one that knows a leader where the other knows none. Pure. */
function reaches(one: EtcdClusterFacts, other: EtcdClusterFacts): boolean {
  const led = ({ statuses }: EtcdClusterFacts) => statuses.filter(({ leaderId }) => leaderId !== '0').length;
  const more = one.statuses.length - other.statuses.length;
  return more > 0 || (more === 0 && led(one) > led(other));
}
