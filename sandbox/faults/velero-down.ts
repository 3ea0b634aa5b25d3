import { resources } from '../controllers/kubernetes/resource.ts';
import { veleroNamespace } from '../velero/velero-objects.ts';
import { startVeleroServer } from '../velero/velero-part.ts';
import { killVelero, openVelero, waitLocation } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

const deployment = { name: 'velero', namespace: veleroNamespace };

export const fault: Fault = {
  name: 'velero-down',
  summary: 'kills Velero’s server (SIGKILL) and scales its Deployment to 0; storage locations keep their last phase',
  parameters: [{ name: 'cluster', summary: 'the cluster of the server', default: 'prod' }],

  async break({ context }, { cluster = '' }) {
    const { api } = await openVelero(context, cluster);
    await api.patch(resources.deployments, deployment, { spec: { replicas: 0 } });
    return (await killVelero(context, cluster)) ? 'Velero is down' : 'Velero was down already';
  },

  async heal({ context }, { cluster = 'prod' }) {
    const access = await openVelero(context, cluster);
    await access.api.patch(resources.deployments, deployment, { spec: { replicas: 1 } });
    await startVeleroServer(context, cluster);
    await waitLocation(access, 'Available');
    return 'Velero runs';
  },
};
