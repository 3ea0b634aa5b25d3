/** The sandbox's own `rekindle.yaml`. */
import { stringify } from 'yaml';
import type { InventoryFile } from '../config/schema.ts';
import { ageIdentityPath, ageRecipient } from './age-identity.ts';
import { workerKubeconfig } from './cluster/worker-rights.ts';
import type { SandboxContext } from './context.ts';
import { type ClusterTopology, clusterHosts, clustersOf, hostInstanceFact } from './topology.ts';
import { readerSecretName, veleroNamespace } from './velero/velero-objects.ts';

/** One for everything, every night, and one for the namespace that must not be lost. */
const policies: InventoryFile['clusters'][string]['policies'] = {
  backups: { default: { schedule: '17 2 * * *' }, production: { namespaces: ['production'] } },
};

function clusterEntry(
  context: SandboxContext,
  cluster: ClusterTopology,
  kubeconfig: string,
): InventoryFile['clusters'][string] {
  return {
    kind: 'self-managed',
    context: cluster.name,
    kubeconfig,
    region: 'us-east-1',
    controlPlane: {
      hosts: clusterHosts(context, cluster.name).map(({ name }) => {
        const instanceId = context.state.fact(hostInstanceFact(name));
        return { name, address: '127.0.0.1', ...(instanceId !== undefined && { instanceId }) };
      }),
    },
    autoScalingGroups: ['a', 'b', 'c'].map((zone) => `${cluster.name}-workers-${zone}`),
    velero: { namespace: veleroNamespace, readCredential: { secret: readerSecretName(cluster.name) } },
    buckets: { artefacts: 'rekindle-artefacts', etcd: 'rekindle-etcd', velero: cluster.veleroBucket },
    ...(cluster.workloads ? { policies } : {}),
    criticalNamespaces: cluster.workloads ? [{ name: 'production', priority: 1 }] : [],
    targets: { recoveryTimeMinutes: 15, recoveryPointMinutes: 1440 },
    approval: { default: 'automatic' },
    configBackup: { recipients: [ageRecipient(context)], identityFile: ageIdentityPath(context) },
  };
}

/** @param groups - what the worker that reads it may do in the clusters; default all that `deploy/rbac` grants */
export async function renderInventory(context: SandboxContext, groups?: readonly string[]): Promise<string> {
  const clusters: InventoryFile['clusters'] = {};
  for (const cluster of clustersOf(context)) {
    const kubeconfig = await workerKubeconfig(context, cluster.name, groups);
    clusters[cluster.name] = clusterEntry(context, cluster, kubeconfig);
  }
  const inventory: InventoryFile = {
    version: 1,
    temporal: { address: `127.0.0.1:${context.state.knownPort('temporal')}`, namespace: 'default' },
    codec: { keyFile: context.path('secrets', 'codec-keys.json') },
    aws: { s3ForcePathStyle: true },
    contacts: [{ name: 'Sandbox on-call', role: 'first responder', phone: '+1 555 0100' }],
    clusters,
  };
  return `# Written by the sandbox at every start.\n${stringify(inventory, { lineWidth: 0 })}`;
}
