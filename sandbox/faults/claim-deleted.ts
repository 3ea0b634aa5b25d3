import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { boundVolume } from '../seed/bound-volume.ts';
import { openCluster } from '../seed/cluster-access.ts';
import type { Fault } from './fault.ts';
import { deleteVolumeBehind } from './volume-deleted.ts';

/**
 * What a forced clean-up leaves: no claim, a Released PersistentVolume without a volume behind it, and a pod that still names the
 * claim and cannot work.
 */
export const fault: Fault = {
  name: 'claim-deleted',
  summary: 'deletes a claim by force and its volume; the workload is left waiting',
  parameters: [
    { name: 'cluster', summary: 'the cluster of the claim', default: 'prod' },
    { name: 'namespace', summary: 'the namespace of the claim', default: 'production' },
    { name: 'pvc', summary: 'the claim', default: 'data-db-0' },
  ],

  async break(sandbox, { cluster = '', namespace = '', pvc = '' }) {
    const access = await openCluster(sandbox.context, cluster);
    const { api } = access;
    const name = { name: pvc, namespace };
    if ((await api.find(resources.claims, name)) === undefined) return `claim ${namespace}/${pvc} is gone already`;
    const bound = await boundVolume(api, namespace, pvc);
    if (bound === undefined) throw new Error(`claim ${namespace}/${pvc} is not bound: it has no volume to lose`);
    await api.delete(resources.claims, name, { uid: bound.claim.metadata?.uid });
    // Other controllers may write to the claim at the same time: a conflict is tried again.
    const ended = async () => {
      const left = await api.find<V1PersistentVolumeClaim>(resources.claims, name);
      if (left === undefined || left.metadata?.uid !== bound.claim.metadata?.uid) return true;
      await api.removeFinalizers(resources.claims, left, ...(left.metadata?.finalizers ?? []));
      return false;
    };
    await waitFor(`the end of claim ${namespace}/${pvc}`, ended, { timeoutMs: 90_000, intervalMs: 100 });
    await waitFor(
      `the release of ${bound.volume.metadata?.name}`,
      async () => {
        const volume = await api.find<V1PersistentVolume>(resources.volumes, {
          name: bound.volume.metadata?.name ?? '',
        });
        return volume === undefined || volume.status?.phase !== 'Bound';
      },
      { timeoutMs: 60_000, intervalMs: 200 },
    );
    await deleteVolumeBehind(access, bound);
    return `claim ${namespace}/${pvc} and its volume ${bound.handle} are gone`;
  },

  async heal() {
    return 'nothing done: a deleted claim does not come back by itself; recover it, or `reset`';
  },
};
