import { placePlugin, startVeleroServer } from '../velero/velero-part.ts';
import { killVelero, openVelero, waitLocation } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'plugin-missing',
  summary: 'starts Velero’s server anew without its AWS plugin; returns once its storage location is Unavailable',
  parameters: [{ name: 'cluster', summary: 'the cluster of the server', default: 'prod' }],

  async break({ context }, { cluster = '' }) {
    const access = await openVelero(context, cluster);
    await placePlugin(context, cluster, false);
    await killVelero(context, cluster);
    await startVeleroServer(context, cluster);
    await waitLocation(access, 'Unavailable');
    return 'Velero has no AWS plugin';
  },

  async heal({ context }, { cluster = 'prod' }) {
    const access = await openVelero(context, cluster);
    await placePlugin(context, cluster, true);
    await killVelero(context, cluster);
    await startVeleroServer(context, cluster);
    await waitLocation(access, 'Available');
    return 'Velero has its AWS plugin';
  },
};
