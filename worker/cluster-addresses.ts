import type { ClusterAddress } from '../activities/kubernetes/client.ts';
import type { Inventory } from '../config/schema.ts';

/** How each cluster of the inventory is reached. */
export function clusterAddresses({ clusters }: Inventory): Record<string, ClusterAddress> {
  return Object.fromEntries(
    Object.entries(clusters).map(([name, { context, kubeconfig }]) => [
      name,
      { context, kubeconfig: kubeconfig ?? null },
    ]),
  );
}
