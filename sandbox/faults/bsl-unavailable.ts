import { findCluster } from '../topology.ts';
import { openVelero, pointLocationAt, waitLocation } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'bsl-unavailable',
  summary: 'points Velero’s storage location at a bucket that is not there; returns once Velero has noticed',
  parameters: [{ name: 'cluster', summary: 'the cluster of the server', default: 'prod' }],

  async break({ context }, { cluster = '' }) {
    const access = await openVelero(context, cluster);
    await pointLocationAt(access, `${findCluster(context, cluster).veleroBucket}-gone`);
    await waitLocation(access, 'Unavailable');
    return 'the storage location is Unavailable';
  },

  async heal({ context }, { cluster = 'prod' }) {
    const access = await openVelero(context, cluster);
    await pointLocationAt(access, findCluster(context, cluster).veleroBucket);
    await waitLocation(access, 'Available');
    return 'the storage location is Available';
  },
};
