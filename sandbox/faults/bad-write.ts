import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { openCluster } from '../seed/cluster-access.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'bad-write',
  summary: 'an operator deletes a namespace that was needed',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'namespace', summary: 'the namespace that goes' },
  ],

  async break(sandbox, { cluster = 'prod', namespace = '' }) {
    const { api } = await openCluster(sandbox.context, cluster);
    await api.delete(resources.namespaces, { name: namespace });
    await waitFor(
      `the end of namespace ${namespace}`,
      async () => (await api.find(resources.namespaces, { name: namespace })) === undefined,
      { timeoutMs: 150_000, intervalMs: 250 },
    );
    return `namespace ${namespace} of ${cluster} is deleted`;
  },

  async heal() {
    return 'only a restore brings a deleted namespace back: rekindle start etcd-restore with force and a snapshot of before';
  },
};
