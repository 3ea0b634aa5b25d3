import { openVelero, stopValidation, waitLocation } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

export const fault: Fault = {
  name: 'bsl-stale',
  summary: 'Velero’s storage location says Available, and nobody has looked at it for an hour: its validation is off',
  parameters: [{ name: 'cluster', summary: 'the cluster of the server', default: 'prod' }],

  async break({ context }, { cluster = '' }) {
    await stopValidation(await openVelero(context, cluster), true);
    return 'the storage location is Available and stale';
  },

  async heal({ context }, { cluster = 'prod' }) {
    const access = await openVelero(context, cluster);
    await stopValidation(access, false);
    await waitLocation(access, 'Available');
    return 'the storage location is looked at again';
  },
};
