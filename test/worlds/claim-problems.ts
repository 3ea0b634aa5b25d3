/** What must hold after a lost volume was recovered, looked at from outside: in the Kubernetes API and in EC2, not in the report. */

import { isDeepStrictEqual } from 'node:util';
import type {
  KubernetesObject,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1StatefulSet,
  V1VolumeAttachment,
} from '@kubernetes/client-node';
import { holdAnnotation, recoveryAnnotation } from '../../activities/kubernetes/marks.ts';
import { volumeSource } from '../../sandbox/controllers/csi/volume-source.ts';
import { resources } from '../../sandbox/controllers/kubernetes/resource.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { readOrders } from '../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../sandbox/seed/pod-database.ts';
import { isReadyPod, podsOf } from '../../sandbox/seed/wait-for-workload.ts';
import type { StatefulApp } from './stateful-app.ts';

/** EC2 volumes that carry the tag of the recovery and are not on their way out. */
export async function volumesOfRecovery({ cloud }: ClusterAccess, recoveryId: string): Promise<string[]> {
  const volumes = await cloud.volumes({ [`tag:${recoveryAnnotation}`]: recoveryId });
  return volumes
    .filter(({ State }) => State !== 'deleting' && State !== 'deleted')
    .map(({ VolumeId = '' }) => VolumeId);
}

/** One sentence for each thing that does not hold; nothing when the claim is recovered whole. */
export async function recoveredProblems(
  access: ClusterAccess,
  world: StatefulApp,
  recoveryId: string,
): Promise<string[]> {
  const { api, context, cluster } = access;
  const { namespace, claim: name } = world;
  const problems: string[] = [];
  const expect = (holds: boolean, sentence: string) => {
    if (!holds) problems.push(sentence);
  };
  const claim = await api.find<V1PersistentVolumeClaim>(resources.claims, { namespace, name });
  const volumeName = claim?.spec?.volumeName ?? '';
  const volume = await api.find<V1PersistentVolume>(resources.volumes, { name: volumeName });
  const handle = volumeSource(volume?.spec)?.handle ?? '';
  expect(
    claim?.metadata?.uid === world.claimUid,
    `the claim has the uid ${claim?.metadata?.uid}, it had ${world.claimUid}`,
  );
  expect(claim?.status?.phase === 'Bound', `the claim is ${claim?.status?.phase}`);
  const made = await volumesOfRecovery(access, recoveryId);
  expect(made.length === 1, `${made.length} volumes carry the tag of the recovery: ${made.join(', ')}`);
  expect(made.includes(handle), `the claim is bound to ${handle}, which the recovery did not make`);
  problems.push(...(await leftBehind(access, world, volumeName)));
  const pods = await podsOf(api, namespace, 'app');
  expect(
    pods.length === 1 && pods.every(isReadyPod),
    `${pods.filter(isReadyPod).length} of ${pods.length} pods are ready`,
  );
  if (world.orders !== null) {
    const orders = await readOrders(podDatabase(context, { cluster, namespace, name: world.pod }));
    expect(isDeepStrictEqual(orders, world.orders), `the rows differ: ${JSON.stringify(orders)}`);
  }
  return problems;
}

/** After an undo: no volume of the recovery, no hold, the workload as it was. The claim is as lost as before. */
export async function undoneProblems(access: ClusterAccess, world: StatefulApp, recoveryId: string): Promise<string[]> {
  const made = await volumesOfRecovery(access, recoveryId);
  const problems = made.length === 0 ? [] : [`${made.length} volumes of the recovery are left: ${made.join(', ')}`];
  return [...problems, ...(await leftBehind(access, world, world.volumeName))];
}

/** Volume objects, attachments and holds that should be gone; the number of replicas. */
async function leftBehind({ api }: ClusterAccess, world: StatefulApp, bound: string): Promise<string[]> {
  const { namespace, claim } = world;
  const problems: string[] = [];
  const { items: volumes } = await api.list<V1PersistentVolume>(resources.volumes);
  const ours = volumes.filter(({ spec }) => spec?.claimRef?.namespace === namespace && spec.claimRef.name === claim);
  for (const { metadata, status } of ours) {
    if (metadata?.name !== bound) problems.push(`volume object ${metadata?.name} is left, ${status?.phase}`);
  }
  const names = new Set(volumes.map(({ metadata }) => metadata?.name));
  const { items: attachments } = await api.list<V1VolumeAttachment>(resources.attachments);
  for (const { metadata, spec } of attachments) {
    const of = spec.source.persistentVolumeName ?? '';
    if (of === world.volumeName && !names.has(of)) problems.push(`attachment ${metadata?.name} of ${of} is left`);
  }
  const statefulSet = await waitFor(
    `the replicas of ${namespace}/app`,
    () => api.get<V1StatefulSet>(resources.statefulSets, { namespace, name: 'app' }),
    { timeoutMs: 10_000 },
  );
  if (statefulSet.spec?.replicas !== 1) problems.push(`app has ${statefulSet.spec?.replicas} replicas, it had 1`);
  if (isHeld(statefulSet)) problems.push('app is still held');
  return problems;
}

function isHeld(object: KubernetesObject): boolean {
  return object.metadata?.annotations?.[holdAnnotation] !== undefined;
}
