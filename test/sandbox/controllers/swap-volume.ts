/** The recovery of a lost volume done by hand, call by call: what the sandbox must answer correctly for it to succeed. */
import type { V1PersistentVolume, V1Pod, V1VolumeAttachment } from '@kubernetes/client-node';
import { tagList } from '../../../sandbox/controllers/cloud.ts';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import { waitFor } from '../../../sandbox/processes/wait-for.ts';
import { boundVolume } from '../../../sandbox/seed/bound-volume.ts';
import type { ClusterAccess } from '../../../sandbox/seed/cluster-access.ts';
import { readyPods } from '../../../sandbox/seed/wait-for-workload.ts';
import type { Workload } from '../../../sandbox/seed/workloads.ts';

const patience = { timeoutMs: 60_000, intervalMs: 150 };

function scale({ api }: ClusterAccess, { namespace, kind, name }: Workload, replicas: number): Promise<unknown> {
  const resource = kind === 'StatefulSet' ? resources.statefulSets : resources.deployments;
  return api.patch(resource, { name, namespace }, { spec: { replicas } });
}

async function quiesce(access: ClusterAccess, workload: Workload, volumeName: string): Promise<void> {
  const { api } = access;
  const { namespace } = workload;
  await scale(access, workload, 0);
  const gone = async () => {
    const { items: pods } = await api.list<V1Pod>(resources.pods, { namespace, labelSelector: `app=${workload.name}` });
    const { items: attachments } = await api.list<V1VolumeAttachment>(resources.attachments);
    return pods.length === 0 && !attachments.some((entry) => entry.spec.source.persistentVolumeName === volumeName);
  };
  await waitFor(`no pod and no attachment in ${namespace}`, gone, patience);
}

/** A new volume from the first claim's snapshot takes the lost one's place under the claim that survived. Returns its id. */
export async function swapVolumeByHand(access: ClusterAccess, workload: Workload, zone: string): Promise<string> {
  const { api, cloud } = access;
  const { namespace } = workload;
  const [{ name: claim, uid, volumeName, snapshot = '' }] = workload.claims;
  const old = await api.get<V1PersistentVolume>(resources.volumes, { name: volumeName });
  await api.patch(resources.volumes, { name: volumeName }, { spec: { persistentVolumeReclaimPolicy: 'Retain' } });
  await quiesce(access, workload, volumeName);

  const made = await cloud.createVolume({
    AvailabilityZone: zone,
    SnapshotId: snapshot,
    VolumeType: 'gp3',
    TagSpecifications: [{ ResourceType: 'volume', Tags: tagList({ 'ebs.csi.aws.com/cluster': 'true' }) }],
  });
  const id = made.VolumeId ?? '';
  await waitFor(`volume ${id}`, async () => (await cloud.volume(id))?.State === 'available', patience);

  await api.delete(resources.volumes, { name: volumeName });
  // Other controllers still write to it: a conflict is tried again.
  const ended = async () => {
    const left = await api.find<V1PersistentVolume>(resources.volumes, { name: volumeName });
    if (left) await api.removeFinalizers(resources.volumes, left, ...(left.metadata?.finalizers ?? []));
    return left === undefined;
  };
  await waitFor(`the end of ${volumeName}`, ended, patience);
  const { csi, awsElasticBlockStore, ...rest } = old.spec ?? {};
  await api.create<V1PersistentVolume>(resources.volumes, {
    metadata: { name: volumeName, annotations: { 'pv.kubernetes.io/provisioned-by': 'ebs.csi.aws.com' } },
    spec: {
      ...rest,
      persistentVolumeReclaimPolicy: 'Retain',
      ...(csi ? { csi: { ...csi, volumeHandle: id } } : {}),
      ...(awsElasticBlockStore ? { awsElasticBlockStore: { ...awsElasticBlockStore, volumeID: id } } : {}),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim, uid },
    },
  });
  await waitFor(
    `claim ${namespace}/${claim} to be bound to ${id}`,
    async () => (await boundVolume(api, namespace, claim))?.handle === id,
    patience,
  );
  await scale(access, workload, 1);
  await readyPods(api, namespace, workload.name);
  return id;
}
