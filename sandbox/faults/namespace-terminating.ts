import type { V1ConfigMap, V1Namespace } from '@kubernetes/client-node';
import { type ObjectName, resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { openCluster } from '../seed/cluster-access.ts';
import { fillCluster } from '../seed/fill-cluster.ts';
import type { Fault } from './fault.ts';

const finalizer = 'sandbox.rekindle.io/held';

const held = (namespace: string): ObjectName => ({ name: 'held', namespace });

export const fault: Fault = {
  name: 'namespace-terminating',
  summary: 'deletes a namespace in which one ConfigMap has a finalizer that nobody takes away: it stays Terminating',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'namespace', summary: 'the namespace', default: 'production' },
  ],

  async break({ context }, { cluster = '', namespace = '' }) {
    const { api } = await openCluster(context, cluster);
    const before = await api.find<V1Namespace>(resources.namespaces, { name: namespace });
    if (before?.metadata?.deletionTimestamp) return `namespace ${namespace} is Terminating already`;
    const { name } = held(namespace);
    await api.ensure<V1ConfigMap>(resources.configMaps, { metadata: { name, namespace, finalizers: [finalizer] } });
    await api.delete(resources.namespaces, { name: namespace });
    // What can go has gone once the namespace says what is left.
    await waitFor(
      `namespace ${namespace} to be held by its last object`,
      async () => {
        const seen = await api.find<V1Namespace>(resources.namespaces, { name: namespace });
        return seen?.status?.conditions?.some(
          ({ type, status }) => type === 'NamespaceFinalizersRemaining' && status === 'True',
        );
      },
      { timeoutMs: 120_000, intervalMs: 250 },
    );
    return `namespace ${namespace} is Terminating, held by ConfigMap ${name}`;
  },

  async heal({ context }, { cluster = 'prod', namespace = 'production' }) {
    const { api } = await openCluster(context, cluster);
    const left = await api.find<V1ConfigMap>(resources.configMaps, held(namespace));
    if (left === undefined) return 'nothing done: no namespace is held';
    await api.removeFinalizers(resources.configMaps, left, finalizer);
    await waitFor(
      `the end of namespace ${namespace}`,
      async () => (await api.find(resources.namespaces, { name: namespace })) === undefined,
      { timeoutMs: 120_000, intervalMs: 250 },
    );
    await fillCluster(context, cluster, true);
    return `namespace ${namespace} has ended and is seeded anew`;
  },
};
