/** What seeding, faults and tests need to reach a cluster of the sandbox. */
import type { FrontAdmin } from '../aws/admin-client.ts';
import { frontAdmin } from '../aws/parts.ts';
import type { SandboxContext } from '../context.ts';
import { Cloud } from '../controllers/cloud.ts';
import { KubernetesApi } from '../controllers/kubernetes/kubernetes-api.ts';
import { sandboxCredentials } from '../environment-file.ts';

export interface ClusterAccess {
  readonly context: SandboxContext;
  readonly cluster: string;
  readonly api: KubernetesApi;
  readonly cloud: Cloud;
  readonly front: FrontAdmin;
}

/** The sandbox must have been up. */
export async function openCluster(context: SandboxContext, cluster = 'prod'): Promise<ClusterAccess> {
  const { state } = context;
  return {
    context,
    cluster,
    api: KubernetesApi.open(context.path('kubeconfig'), cluster, 'sandbox-seed'),
    cloud: new Cloud({
      endpoint: `http://127.0.0.1:${state.knownPort('aws-front')}`,
      region: 'us-east-1',
      credentials: sandboxCredentials,
    }),
    front: frontAdmin(context),
  };
}
