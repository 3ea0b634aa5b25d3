import type { V1PersistentVolume } from '@kubernetes/client-node';
import type { KubernetesApi } from '../controllers/kubernetes/kubernetes-api.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { openCluster } from '../seed/cluster-access.ts';
import { fillCluster } from '../seed/fill-cluster.ts';
import type { Fault } from './fault.ts';

/** Volume objects that go with the claims of the namespace. */
async function hasVolumes(api: KubernetesApi, namespace: string): Promise<boolean> {
  const { items } = await api.list<V1PersistentVolume>(resources.volumes);
  return items.some(
    ({ spec }) => spec?.claimRef?.namespace === namespace && spec.persistentVolumeReclaimPolicy === 'Delete',
  );
}

export const fault: Fault = {
  name: 'namespace-deleted',
  summary:
    'deletes a namespace with all that is in it; volumes with the policy Delete go with it. heal seeds what is missing anew',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'namespace', summary: 'the namespace', default: 'production' },
  ],

  async break({ context }, { cluster = '', namespace = '' }) {
    const { api } = await openCluster(context, cluster);
    if (!(await api.delete(resources.namespaces, { name: namespace }))) return `namespace ${namespace} is gone already`;
    await waitFor(
      `the end of namespace ${namespace}`,
      async () => (await api.find(resources.namespaces, { name: namespace })) === undefined,
      { timeoutMs: 150_000, intervalMs: 250 },
    );
    // They are deleted when they are detached, which may be after their namespace is gone.
    await waitFor(`the end of the volumes of namespace ${namespace}`, async () => !(await hasVolumes(api, namespace)), {
      timeoutMs: 150_000,
      intervalMs: 250,
    });
    return `namespace ${namespace} is gone`;
  },

  async heal({ context }, { cluster = 'prod' }) {
    await fillCluster(context, cluster, true);
    return 'the seeded content is there, on new volumes';
  },
};
