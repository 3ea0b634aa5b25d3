import { placePlugin } from '../velero/velero-part.ts';
import { openVelero, waitLocation } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'plugin-missing',
  summary: 'takes the AWS plugin away from Velero’s server; returns once its storage location is Unavailable',
  parameters: [{ name: 'cluster', summary: 'the cluster of the server', default: 'prod' }],

  async break({ context }, { cluster = '' }) {
    const access = await openVelero(context, cluster);
    await placePlugin(context, cluster, false);
    await waitLocation(access, 'Unavailable');
    return 'Velero has no AWS plugin';
  },

  async heal({ context }, { cluster = 'prod' }) {
    const access = await openVelero(context, cluster);
    await placePlugin(context, cluster, true);
    await waitLocation(access, 'Available');
    return 'Velero has its AWS plugin';
  },
};
