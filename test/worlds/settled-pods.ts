import type { KubernetesApi } from '../../sandbox/controllers/kubernetes/kubernetes-api.ts';
import { resources } from '../../sandbox/controllers/kubernetes/resource.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { isReadyPod, podsOf } from '../../sandbox/seed/wait-for-workload.ts';
import type { NodePods } from './node-pods.ts';

/**
 * Once every pod is ready on its node. A pod that went elsewhere because the scheduler had not heard of that node yet is deleted, so
 * that the one made in its place comes there.
 */
export function settled(api: KubernetesApi, { namespace, name, node, replicas = 1 }: NodePods): Promise<true> {
  return waitFor(
    `${replicas} ready pod(s) of ${namespace}/${name} on ${node}`,
    async () => {
      const pods = await podsOf(api, namespace, name);
      const astray = pods.filter(({ spec }) => spec?.nodeName !== undefined && spec.nodeName !== node);
      await Promise.all(
        astray.map(({ metadata }) => api.delete(resources.pods, { namespace, name: metadata?.name ?? '' })),
      );
      return astray.length === 0 && pods.filter(isReadyPod).length === replicas ? true : undefined;
    },
    { timeoutMs: 120_000, intervalMs: 250 },
  );
}
