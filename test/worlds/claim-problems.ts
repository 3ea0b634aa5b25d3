/** What must hold after a lost volume was recovered, looked at from outside: in the Kubernetes API and in EC2, not in the report. */
import { isDeepStrictEqual } from 'node:util';
import type {
  KubernetesObject,
  V1Deployment,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1VolumeAttachment,
} from '@kubernetes/client-node';
import { holdAnnotation, recoveryAnnotation } from '../../activities/kubernetes/marks.ts';
import type { Snapshot } from '../../sandbox/controllers/csi/snapshot-objects.ts';
import { volumeSource } from '../../sandbox/controllers/csi/volume-source.ts';
import { resources } from '../../sandbox/controllers/kubernetes/resource.ts';
import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { readMark } from '../../sandbox/seed/light-workloads.ts';
import { readOrders } from '../../sandbox/seed/orders-table.ts';
import { podDatabase } from '../../sandbox/seed/pod-database.ts';
import { isReadyPod, podsOf } from '../../sandbox/seed/wait-for-workload.ts';
import type { ClaimWorld } from './claim-world.ts';

export interface Expectation {
  /** False where the claim itself was lost: then it comes back with another uid. Default true. */
  readonly sameClaim?: boolean;
  /** False where the driver makes the volume, which then carries no tag of ours in EC2. Default true. */
  readonly ebs?: boolean;
}

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
  world: ClaimWorld,
  recoveryId: string,
  { sameClaim = true, ebs = true }: Expectation = {},
): Promise<string[]> {
  const { api } = access;
  const { namespace, claim: name } = world;
  const problems: string[] = [];
  const expect = (holds: boolean, sentence: string) => {
    if (!holds) problems.push(sentence);
  };
  const claim = await api.find<V1PersistentVolumeClaim>(resources.claims, { namespace, name });
  const volumeName = claim?.spec?.volumeName ?? '';
  const volume = await api.find<V1PersistentVolume>(resources.volumes, { name: volumeName });
  const handle = volumeSource(volume?.spec)?.handle ?? '';
  const uid = claim?.metadata?.uid;
  expect((uid === world.claimUid) === sameClaim, `the claim has the uid ${uid}, it had ${world.claimUid}`);
  expect(claim?.status?.phase === 'Bound', `the claim is ${claim?.status?.phase}`);
  if (ebs) {
    const made = await volumesOfRecovery(access, recoveryId);
    expect(made.length === 1, `${made.length} volumes carry the tag of the recovery: ${made.join(', ')}`);
    expect(made.includes(handle), `the claim is bound to ${handle}, which the recovery did not make`);
  }
  problems.push(...(await leftBehind(access, world, volumeName)));
  const pods = await podsOf(api, namespace, world.name);
  const ready = pods.filter(isReadyPod);
  expect(pods.length === 1 && ready.length === 1, `${ready.length} of ${pods.length} pods are ready`);
  problems.push(...(await contentProblems(access, world, ready[0]?.metadata?.name ?? '', handle)));
  return problems;
}

/** After an undo: no volume of the recovery, no hold, the volume object as it was. The data is as lost as before. */
export async function undoneProblems(access: ClusterAccess, world: ClaimWorld, recoveryId: string): Promise<string[]> {
  const made = await volumesOfRecovery(access, recoveryId);
  const problems = made.length === 0 ? [] : [`${made.length} volumes of the recovery are left: ${made.join(', ')}`];
  const volume = await access.api.find<V1PersistentVolume>(resources.volumes, { name: world.volumeName });
  const mark = volume?.metadata?.annotations?.[recoveryAnnotation];
  if (mark !== undefined) problems.push(`volume object ${world.volumeName} still carries the mark of ${mark}`);
  return [...problems, ...(await leftBehind(access, world, world.volumeName))];
}

/** What the volume holds is what it held when its snapshot was taken. */
async function contentProblems(
  { context, cluster }: ClusterAccess,
  { namespace, table, mark }: ClaimWorld,
  pod: string,
  handle: string,
): Promise<string[]> {
  if (table !== null) {
    const found = await readOrders(podDatabase(context, { cluster, namespace, name: pod }));
    return isDeepStrictEqual(found, table) ? [] : [`the rows differ: ${JSON.stringify(found)}`];
  }
  const found = readMark(context, handle);
  return found === mark ? [] : [`the volume holds ${found}, it held ${mark}`];
}

/** Volume objects, attachments, snapshot objects and holds that should be gone; the number of replicas. */
async function leftBehind({ api }: ClusterAccess, world: ClaimWorld, bound: string): Promise<string[]> {
  const { namespace, claim, kind, name } = world;
  const problems: string[] = [];
  const { items: volumes } = await api.list<V1PersistentVolume>(resources.volumes);
  const ours = volumes.filter(({ spec }) => spec?.claimRef?.namespace === namespace && spec.claimRef.name === claim);
  for (const { metadata, status } of ours) {
    if (metadata?.name !== bound && metadata?.name !== world.volumeName) {
      problems.push(`volume object ${metadata?.name} is left, ${status?.phase}`);
    }
  }
  const names = new Set(volumes.map(({ metadata }) => metadata?.name));
  const { items: attachments } = await api.list<V1VolumeAttachment>(resources.attachments);
  for (const { metadata, spec } of attachments) {
    const of = spec.source.persistentVolumeName ?? '';
    if (of === world.volumeName && !names.has(of)) problems.push(`attachment ${metadata?.name} of ${of} is left`);
  }
  const { items: snapshots } = await api.list<Snapshot>(resources.snapshots, { namespace });
  for (const { metadata } of snapshots) {
    // One that was deleted goes only when the snapshot controller has taken its finalizers off.
    if (metadata?.annotations?.[recoveryAnnotation] !== undefined && metadata.deletionTimestamp === undefined) {
      problems.push(`snapshot object ${metadata.name} of the recovery is left`);
    }
  }
  const resource = kind === 'StatefulSet' ? resources.statefulSets : resources.deployments;
  const workload = await api.get<V1Deployment>(resource, { namespace, name });
  if (workload.spec?.replicas !== 1) problems.push(`${name} has ${workload.spec?.replicas} replicas, it had 1`);
  if (isHeld(workload)) problems.push(`${name} is still held`);
  return problems;
}

function isHeld(object: KubernetesObject): boolean {
  return object.metadata?.annotations?.[holdAnnotation] !== undefined;
}
