import type { KubernetesObject } from '@kubernetes/client-node';
import type { Resource } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { veleroNamespace } from '../velero/velero-objects.ts';
import { startVeleroServer } from '../velero/velero-part.ts';
import { killVelero, openVelero } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

const runs: Readonly<Record<string, Resource>> = {
  restore: { apiVersion: 'velero.io/v1', kind: 'Restore', plural: 'restores', namespaced: true },
  backup: { apiVersion: 'velero.io/v1', kind: 'Backup', plural: 'backups', namespaced: true },
};

interface Run extends KubernetesObject {
  readonly status?: { readonly phase?: string };
}

export const fault: Fault = {
  name: 'velero-restarted-midway',
  summary:
    'waits for a restore or backup in progress, kills Velero’s server (SIGKILL) in the middle of it, and starts it again',
  parameters: [
    { name: 'cluster', summary: 'the cluster of the server', default: 'prod' },
    { name: 'run', summary: 'restore or backup', default: 'restore' },
    { name: 'seconds', summary: 'how long to wait for one', default: '120' },
  ],

  async break({ context }, { cluster = '', seconds = '', run = '' }) {
    const { api } = await openVelero(context, cluster);
    const kind = runs[run];
    if (kind === undefined) throw new Error(`--run must be restore or backup, not ${run}`);
    const inProgress = await waitFor(
      `a ${run} in progress`,
      async () => {
        const { items } = await api.list<Run>(kind, { namespace: veleroNamespace });
        return items.find(({ status }) => status?.phase === 'InProgress')?.metadata?.name;
      },
      { timeoutMs: Number(seconds) * 1000, intervalMs: 20 },
    );
    await killVelero(context, cluster);
    await startVeleroServer(context, cluster);
    return `Velero was killed in the middle of ${run} ${inProgress} and runs again`;
  },

  async heal({ context }, { cluster = 'prod' }) {
    await openVelero(context, cluster);
    await startVeleroServer(context, cluster);
    return 'Velero runs';
  },
};
