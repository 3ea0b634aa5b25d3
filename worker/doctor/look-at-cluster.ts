import type { AutoScalingRegions } from '../../activities/autoscaling/port.ts';
import type { Ec2Regions } from '../../activities/ec2/port.ts';
import { kinds } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesClusters } from '../../activities/kubernetes/port.ts';
import type { QuotaRegions } from '../../activities/quotas/port.ts';
import type { S3Regions } from '../../activities/s3/port.ts';
import type { Cluster } from '../../config/schema.ts';
import { type Finding, look, ok, warn } from './finding.ts';
import { lookAtBucket, type UsedBucket } from './look-at-bucket.ts';
import { lookAtGroups, lookAtQuota } from './look-at-nodes.ts';
import { missingRights, type NeededRights, neededRights } from './permissions.ts';

export interface Systems {
  readonly clusters: KubernetesClusters;
  readonly ec2: Ec2Regions;
  readonly s3: S3Regions;
  readonly machines: AutoScalingRegions;
  readonly quotas: QuotaRegions;
}

/** What a cluster of the inventory needs so that a recovery of it can run. All at once, but nothing of an API that does not answer; changes nothing. */
export async function lookAtCluster(name: string, cluster: Cluster, systems: Systems): Promise<readonly Finding[]> {
  const { region, context, buckets } = cluster;
  const reach = 'Check the kubeconfig, the context and the network; `kubectl --context` must work from this machine.';
  const credentials = 'Give the worker AWS credentials (environment, profile or role) for the account of the cluster.';
  const api = async (): Promise<readonly Finding[]> => {
    const reached = await look(`cluster ${name}: API`, reach, async (signal) => {
      const nodes = await systems.clusters.cluster(name).list(kinds.node, {}, signal);
      return [ok(`cluster ${name}: API`, `context ${context} answers, ${nodes.length} nodes`)];
    });
    // What asks an API that does not answer would only say the same again.
    if (reached.some(({ state }) => state === 'fail')) return reached;
    const asked = [...neededRights(cluster.velero?.namespace).map(permissions), snapshotKinds()];
    return [...reached, ...(await Promise.all(asked)).flat()];
  };
  // What this worker is not meant to do it need not be allowed.
  const permissions = ({ name: what, rights }: NeededRights) => {
    const check = `cluster ${name}: permissions, ${what}`;
    return look(check, reach, async () => {
      const missing = await missingRights(systems.clusters.cluster(name), rights);
      if (missing.length === 0) return [ok(check, 'all that it needs')];
      const told = `${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', ...' : ''}`;
      return [warn(check, `missing: ${told}`, `Grant deploy/rbac/${what}.yaml to the worker where it is to do this.`)];
    });
  };
  const snapshotKinds = () =>
    look(`cluster ${name}: CSI snapshots`, reach, async (signal) => {
      const check = `cluster ${name}: CSI snapshots`;
      const served = await systems.clusters.cluster(name).serves(kinds.volumeSnapshot, signal);
      if (served) return [ok(check, 'the snapshot kinds are served')];
      return [warn(check, 'the snapshot kinds are not served', 'Install the snapshot CRDs if volumes are not on EBS.')];
    });
  const looks = [
    api(),
    look(`cluster ${name}: AWS account`, credentials, async (signal) => {
      const account = await systems.ec2.region(region).callerAccountId(signal);
      return [ok(`cluster ${name}: AWS account`, `${account} in ${region}`)];
    }),
    lookAtGroups(name, cluster.autoScalingGroups ?? [], systems.machines.region(region)),
    lookAtQuota(name, systems.quotas.region(region)),
    ...usedBuckets(buckets).map((used) => lookAtBucket(name, systems.s3.region(region), used)),
  ];
  return (await Promise.all(looks)).flat();
}

/** Those that Rekindle itself reads and writes; Velero's is Velero's. */
function usedBuckets({ artefacts, etcd }: Cluster['buckets']): readonly UsedBucket[] {
  return [
    { use: 'artefacts', bucket: artefacts, prefix: 'definitions/' },
    ...(etcd === undefined ? [] : [{ use: 'etcd' as const, bucket: etcd, prefix: 'etcd/' }]),
  ];
}
