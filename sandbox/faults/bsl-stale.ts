import { openVelero, veleroServer } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'bsl-stale',
  summary:
    'holds Velero’s server still (SIGSTOP): its storage location says Available on, and nobody looks at it any more',
  parameters: [{ name: 'cluster', summary: 'the cluster of the server', default: 'prod' }],

  async break({ context }, { cluster = '' }) {
    await openVelero(context, cluster);
    const server = veleroServer(context, cluster);
    if (server === undefined) throw new Error('Velero does not run');
    process.kill(server.pid, 'SIGSTOP');
    return 'Velero stands still';
  },

  async heal({ context }, { cluster = 'prod' }) {
    const server = veleroServer(context, cluster);
    if (server === undefined) return 'nothing done: Velero does not run';
    process.kill(server.pid, 'SIGCONT');
    return 'Velero goes on';
  },
};
