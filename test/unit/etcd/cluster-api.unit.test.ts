import { expect, it } from 'vitest';
import { checkClusterApi } from '../../../activities/etcd/cluster-api.ts';
import type { KubernetesPort } from '../../../activities/kubernetes/port.ts';

// An unhandled rejection ends a worker, and this test run.
it('a watch that breaks off while the canary is still being changed fails the look, not the process', async () => {
  const port = {
    remove: async () => {},
    create: async () => ({ metadata: { resourceVersion: '7' } }),
    watch: () => Promise.reject(new Error('broken off')),
    patch: () => new Promise((resolve) => setTimeout(resolve, 20)),
    read: async () => ({ data: { recovery: 'r' } }),
    discover: async () => [],
    list: async () => [],
  } as unknown as KubernetesPort;
  const input = { cluster: 'prod', recoveryId: 'r', workflowId: 'w', staleRevision: null };
  await expect(checkClusterApi(port, input)).rejects.toThrow('broken off');
});
