import type { HostFacts } from '../../activities/hosts/types.ts';
import type { Admitted } from '../recovery/input.ts';
import type { ScenarioContext } from '../recovery/scenario.ts';
import { badCertificates } from './certificates.ts';
import type { EtcdRestoreInput } from './contract.ts';
import { needsSnapshot } from './decide.ts';
import type { RestoreFacts, SurvivingHost } from './facts.ts';
import { seeDisks, seeSettledEtcd } from './look.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { askingAgain, listEtcdSnapshots, readControlPlane } from './ports.ts';
import { seeRewind } from './rewind.ts';
import { seeBackups } from './see-backups.ts';
import { seeHosts } from './see-hosts.ts';
import { trySnapshot } from './try-snapshot.ts';

/** Reads everything that `decide` looks at; changes nothing. */
export async function assess({ input }: Admitted<EtcdRestoreInput>, context: ScenarioContext): Promise<RestoreFacts> {
  const { cluster } = input;
  const controlPlane = await readControlPlane({ cluster });
  const { region, bucket } = controlPlane;
  const nothing = {
    controlPlane,
    hosts: [],
    machines: [],
    etcd: null,
    disks: [],
    snapshots: null,
    snapshot: null,
    survivors: [],
    rewind: null,
    backups: [],
  };
  if (controlPlane.kind === 'eks') return { ...nothing, backups: await seeBackups(input, controlPlane) };
  const { hosts, machines } = await seeHosts(cluster, controlPlane, input.fence ?? false, context);
  if (hosts.every(({ facts }) => facts === null) && input.fallback === 'velero') {
    return { ...nothing, hosts, backups: await seeBackups(input, controlPlane) };
  }
  const reached = hosts.flatMap(({ facts }) => (facts === null ? [] : [facts]));
  // With these every question to etcd would run out of its time, and tell nothing.
  if (badCertificates(reached).length > 0) return { ...nothing, hosts, machines };
  const [snapshots, etcd, disks] = await Promise.all([
    bucket === null ? null : listEtcdSnapshots({ region, bucket, cluster }),
    seeSettledEtcd(cluster, reached, hosts.length),
    seeDisks(cluster, reached),
  ]);
  const known = { ...nothing, hosts, machines, etcd, disks, snapshots };
  const needed = needsSnapshot(input, known);
  const address = needed ? addressOf(input.snapshot ?? 'latest', bucket, snapshots?.records[0]?.key) : null;
  // Of a member that does not answer, its data tells whether it may only have to be started.
  const silent = etcd?.silent ?? [];
  const checkedBy = input.dryRun ? reached.slice(0, 1) : reached;
  const [snapshot, survivors] = await Promise.all([
    address === null ? null : trySnapshot(cluster, checkedBy, { region, ...address, keep: !input.dryRun }),
    seeSurvivors(cluster, needed ? reached : reached.filter(({ etcd: { clientUrl } }) => silent.includes(clientUrl))),
  ]);
  const rewind = snapshot?.kind === 'good' ? await seeRewind(cluster, region, snapshot, reached, etcd) : null;
  return { ...known, snapshot, survivors, rewind };
}

/** How far the data of each host goes, by the host's own log. */
async function seeSurvivors(cluster: string, hosts: readonly HostFacts[]): Promise<readonly SurvivingHost[]> {
  const found = await onEveryHost(hosts, async ({ host }) => ({
    host,
    data: await onHost(cluster, host, askingAgain).readSurvivingData(),
  }));
  return found.flatMap(({ host, data }) => (data === null ? [] : [{ host, ...data }]));
}

function addressOf(wanted: string, bucket: string | null, newest: string | undefined) {
  if (wanted !== 'latest') {
    const [, named = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(wanted) ?? [];
    return { bucket: named, key };
  }
  return bucket === null || newest === undefined ? null : { bucket, key: newest };
}
