import { isCancellation } from '@temporalio/workflow';
import type { Machine } from '../../activities/autoscaling/port.ts';
import type { ControlPlane } from '../../activities/etcd/types.ts';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { machineOf, runsNoMore, type SeenHost } from './facts.ts';
import { onHost } from './on-host.ts';
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

/**
 * The cluster as the first host sees it that can ask; null when no host answered before. Throws when those that did can not be asked
 * now: that nobody asked etcd must never pass for an etcd that does not answer.
 */
export async function seeEtcd(cluster: string, hosts: readonly HostFacts[]): Promise<EtcdClusterFacts | null> {
  const endpoints = hosts.map(({ etcd }) => etcd.clientUrl);
  let failure: unknown = null;
  for (const { host } of hosts) {
    try {
      return await onHost(cluster, host, askingAgain).readEtcdCluster({ endpoints });
    } catch (error) {
      if (isCancellation(error)) throw error;
      failure = error;
    }
  }
  if (failure !== null) throw failure;
  return null;
}
