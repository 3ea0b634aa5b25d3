import { isCancellation } from '@temporalio/workflow';
import type { ControlPlane } from '../../activities/etcd/types.ts';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { Admitted } from '../recovery/input.ts';
import type { EtcdRestoreInput } from './contract.ts';
import { needsSnapshot } from './decide.ts';
import type { RestoreFacts, SeenHost, SurvivingHost } from './facts.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { asking, listEtcdSnapshots, readControlPlane, readHostMachines } from './ports.ts';
import { seeRewind } from './rewind.ts';
import { trySnapshot } from './try-snapshot.ts';

/** Reads everything that `decide` looks at; changes nothing. */
export async function assess({ input }: Admitted<EtcdRestoreInput>): Promise<RestoreFacts> {
  const { cluster } = input;
  const controlPlane = await readControlPlane({ cluster });
  const { region, bucket } = controlPlane;
  const nothing = {
    controlPlane,
    hosts: [],
    machines: [],
    etcd: null,
    snapshots: null,
    snapshot: null,
    survivors: [],
    rewind: null,
  };
  if (controlPlane.kind === 'eks') return nothing;
  const hosts = await seeHosts(cluster, controlPlane.hosts);
  const reached = hosts.flatMap(({ facts }) => (facts === null ? [] : [facts]));
  const snapshots = bucket === null ? null : await listEtcdSnapshots({ region, bucket, cluster });
  const etcd = await seeEtcd(
    cluster,
    reached.map(({ host }) => host),
    reached.map((facts) => facts.etcd.clientUrl),
  );
  const machines = await seeMachines(controlPlane, hosts);
  const known = { controlPlane, hosts, machines, etcd, snapshots, snapshot: null, survivors: [], rewind: null };
  const address = needsSnapshot(input, known)
    ? addressOf(input.snapshot ?? 'latest', bucket, snapshots?.records[0]?.key)
    : null;
  const checkedBy = input.dryRun ? reached.slice(0, 1) : reached;
  const snapshot =
    address === null ? null : await trySnapshot(cluster, checkedBy, { region, ...address, keep: !input.dryRun });
  if (snapshot === null && needsSnapshot(input, known)) {
    return { ...known, survivors: await seeSurvivors(cluster, reached) };
  }
  const rewind = snapshot?.kind === 'good' ? await seeRewind(cluster, region, snapshot, reached, etcd) : null;
  return { ...known, snapshot, rewind };
}

/** How far the data of each host goes, by the host's own log. */
async function seeSurvivors(cluster: string, hosts: readonly HostFacts[]): Promise<readonly SurvivingHost[]> {
  const found = await onEveryHost(hosts, async ({ host }) => ({
    host,
    data: await onHost(cluster, host, asking).readSurvivingData(),
  }));
  return found.flatMap(({ host, data }) => (data === null ? [] : [{ host, ...data }]));
}

/** What EC2 says of the hosts that do not answer. */
async function seeMachines({ region, instances }: ControlPlane, hosts: readonly SeenHost[]) {
  const silent = hosts.filter(({ facts }) => facts === null).map(({ host }) => instances[host]);
  const instanceIds = silent.filter((id) => id !== undefined);
  return instanceIds.length === 0 ? [] : readHostMachines({ region, instanceIds });
}

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

function addressOf(wanted: string, bucket: string | null, newest: string | undefined) {
  if (wanted !== 'latest') {
    const [, named = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(wanted) ?? [];
    return { bucket: named, key };
  }
  return bucket === null || newest === undefined ? null : { bucket, key: newest };
}
