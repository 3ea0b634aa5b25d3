/**
 * What each kubelet reports as `volumesInUse` of its Node. The attach-detach controller waits for a volume to leave that list before
 * it detaches it; for a machine that no longer reports, it waits six minutes, or for the out-of-service taint.
 */
import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterView } from '../cluster-view.ts';
import { type VolumeSource, volumeSource } from '../csi/volume-source.ts';
import { isNotFound } from '../kubernetes/kubernetes-error.ts';
import { resources } from '../kubernetes/resource.ts';
import type { Machine } from '../nodes/node-controller.ts';
import { type LookAgain, WorkQueue } from '../work-queue.ts';

export interface VolumesInUseOptions {
  readonly view: ClusterView;
  readonly machine: (node: string) => Machine;
}

/** The name by which the attach-detach controller knows a volume of a CSI driver, migrated ones included. */
export function uniqueVolumeName({ driver, handle }: VolumeSource): string {
  return `kubernetes.io/csi/${driver}^${handle}`;
}

export function createVolumesInUse({ view, machine }: VolumesInUseOptions): { stop(): void } {
  const queue = new WorkQueue({ name: 'volumes in use', workers: 8, report: view.report }, reconcile);
  view.pods.onChange((_key, now, before) => {
    const pod = now ?? before;
    if (pod?.spec?.nodeName && hasClaims(pod)) queue.add(pod.spec.nodeName);
  });
  view.nodes.onChange((name, now) => now && queue.add(name));
  return { stop: () => queue.stop() };

  async function reconcile(name: string): Promise<LookAgain> {
    const node = view.nodes.get(name);
    if (node === undefined) return;
    const state = machine(name);
    // A machine that is dead or cut off reports nothing; what it said last stays.
    if (state !== 'runs') return state === 'unknown' ? { afterMs: 1_000 } : undefined;
    const pods = view.pods.list().filter((pod) => pod.spec?.nodeName === name && !hasEnded(pod));
    const wanted = [...new Set(pods.flatMap(sourcesOf).map(uniqueVolumeName))].sort();
    const present = [...(node.status?.volumesInUse ?? [])].sort();
    if (wanted.join() === present.join()) return;
    try {
      await view.api.patch(resources.nodes, { name }, { status: { volumesInUse: wanted } }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  function sourcesOf(pod: V1Pod): VolumeSource[] {
    const claims = (pod.spec?.volumes ?? []).map((volume) => volume.persistentVolumeClaim?.claimName);
    return claims
      .map((claim) => view.claims.get(`${pod.metadata?.namespace}/${claim}`)?.spec?.volumeName ?? '')
      .map((volume) => volumeSource(view.volumes.get(volume)?.spec))
      .filter((source) => source !== undefined);
  }
}

function hasClaims(pod: V1Pod): boolean {
  return pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim !== undefined) ?? false;
}

function hasEnded(pod: V1Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
