import type { KubernetesObject } from '@kubernetes/client-node';
import type { Resource } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { veleroNamespace } from '../velero/velero-objects.ts';
import { startVeleroServer } from '../velero/velero-part.ts';
import { killVelero, openVelero } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

const restores: Resource = { apiVersion: 'velero.io/v1', kind: 'Restore', plural: 'restores', namespaced: true };

interface Restore extends KubernetesObject {
  readonly status?: { readonly phase?: string };
}

export const fault: Fault = {
  name: 'velero-restarted-midway',
  summary: 'waits for a restore in progress, kills Velero’s server (SIGKILL) in the middle of it, and starts it again',
  parameters: [
    { name: 'cluster', summary: 'the cluster of the server', default: 'prod' },
    { name: 'seconds', summary: 'how long to wait for a restore', default: '120' },
  ],

  async break({ context }, { cluster = '', seconds = '' }) {
    const { api } = await openVelero(context, cluster);
    const inProgress = await waitFor(
      'a restore in progress',
      async () => {
        const { items } = await api.list<Restore>(restores, { namespace: veleroNamespace });
        return items.find(({ status }) => status?.phase === 'InProgress')?.metadata?.name;
      },
      { timeoutMs: Number(seconds) * 1000, intervalMs: 20 },
    );
    await killVelero(context, cluster);
    await startVeleroServer(context, cluster);
    return `Velero was killed in the middle of restore ${inProgress} and runs again`;
  },

  async heal({ context }, { cluster = 'prod' }) {
    await openVelero(context, cluster);
    await startVeleroServer(context, cluster);
    return 'Velero runs';
  },
};
