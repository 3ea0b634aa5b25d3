/** Waiting for what a cluster's controllers do. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Snapshot, SnapshotContent } from '../controllers/csi/snapshot-objects.ts';
import { snapshotGroup } from '../controllers/csi/snapshot-objects.ts';
import type { KubernetesApi } from '../controllers/kubernetes/kubernetes-api.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { type BoundVolume, boundVolume } from './bound-volume.ts';

const patience = { timeoutMs: 120_000, intervalMs: 150 };

export function isReadyPod(pod: V1Pod): boolean {
  return pod.status?.conditions?.some((entry) => entry.type === 'Ready' && entry.status === 'True') ?? false;
}

/** The pods of an app, without those that are being deleted. */
export async function podsOf(api: KubernetesApi, namespace: string, app: string): Promise<V1Pod[]> {
  const { items } = await api.list<V1Pod>(resources.pods, { namespace, labelSelector: `app=${app}` });
  return items.filter((pod) => !pod.metadata?.deletionTimestamp);
}

/** The pods of an app, once that many of them are ready. */
export function readyPods(api: KubernetesApi, namespace: string, app: string, count = 1): Promise<V1Pod[]> {
  return waitFor(
    `${count} ready pod(s) of ${namespace}/${app}`,
    async () => {
      const ready = (await podsOf(api, namespace, app)).filter(isReadyPod);
      return ready.length >= count ? ready : undefined;
    },
    patience,
  );
}

export function whenBound(api: KubernetesApi, namespace: string, claim: string): Promise<BoundVolume> {
  return waitFor(`claim ${namespace}/${claim}`, () => boundVolume(api, namespace, claim), patience);
}

export interface ReadySnapshot {
  readonly name: string;
  readonly contentName: string;
  /** For EBS the snapshot id. */
  readonly handle: string;
}

/** Takes a snapshot of a claim's volume the Kubernetes way. Returns once it can be used. Safe to repeat with the same name. */
export async function snapshotClaim(
  api: KubernetesApi,
  request: { namespace: string; claim: string; name: string; snapshotClass: string },
): Promise<ReadySnapshot> {
  const { namespace, name } = request;
  await api.ensure<Snapshot>(resources.snapshots, {
    metadata: { name, namespace },
    spec: {
      source: { persistentVolumeClaimName: request.claim },
      volumeSnapshotClassName: request.snapshotClass,
    },
  });
  return waitFor(
    `${snapshotGroup} ${namespace}/${name}`,
    async () => {
      const { status } = await api.get<Snapshot>(resources.snapshots, { name, namespace });
      const contentName = status?.boundVolumeSnapshotContentName;
      if (status?.readyToUse !== true || contentName === undefined) return undefined;
      const content = await api.get<SnapshotContent>(resources.snapshotContents, { name: contentName });
      return { name, contentName, handle: content.status?.snapshotHandle ?? '' };
    },
    patience,
  );
}
