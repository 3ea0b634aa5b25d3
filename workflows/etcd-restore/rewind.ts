import type { CountedNames } from '../../activities/hosts/rewind-keys.ts';
import type { EtcdClusterFacts, HostFacts } from '../../activities/hosts/types.ts';
import type { CheckedSnapshot, SeenRewind } from './facts.ts';
import { onHost, orNull } from './on-host.ts';
import { readCloudRewind, trying } from './ports.ts';

/** Asks the hosts in turn until one can tell what there is now, then the cloud. Null where none can: that stops no restore. */
export async function seeRewind(
  cluster: string,
  region: string,
  { bucket, record }: Extract<CheckedSnapshot, { kind: 'good' }>,
  hosts: readonly HostFacts[],
  etcd: EtcdClusterFacts | null,
): Promise<SeenRewind | null> {
  const endpoints = (etcd?.statuses ?? []).map(({ endpoint }) => endpoint);
  const snapshot = { region, bucket, key: record.key };
  for (const { host } of hosts) {
    const question = { snapshot, sha256: record.sha256, endpoints };
    const objects = await orNull(() => onHost(cluster, host, trying).readEtcdRewind(question));
    if (objects === null) continue;
    const [lost, returning] = [objects.lost, objects.returning];
    const cloud = await orNull(() =>
      readCloudRewind({
        cluster,
        region,
        lostVolumes: named(lost, 'persistentvolumes'),
        returningVolumes: named(returning, 'persistentvolumes'),
        lostNodes: named(lost, 'nodes'),
        returningNodes: named(returning, 'nodes'),
      }),
    );
    return { objects, cloud };
  }
  return null;
}

function named({ names }: CountedNames, kind: string): string[] {
  return names.filter((name) => name.startsWith(`${kind} `)).map((name) => name.slice(kind.length + 1));
}
