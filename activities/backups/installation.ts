import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import { backupKinds } from './kinds.ts';
import type {
  NodeAgentObject,
  RepositoryObject,
  ServerDeployment,
  SnapshotClassObject,
  VolumeLocationObject,
} from './objects.ts';
import { driversWithClass, hasCsiFeature } from './translate.ts';
import type { VeleroInstallation } from './types.ts';

/** Names that Velero's installer and its Helm chart give. */
const server = 'velero';
const nodeAgent = 'node-agent';

export async function readInstallation(
  cluster: KubernetesPort,
  namespace: string,
  signal: AbortSignal,
): Promise<VeleroInstallation> {
  const [locations, agent, repositories, classes, deployment] = await Promise.all([
    cluster.list<VolumeLocationObject>(backupKinds.volumeLocation, { namespace }, signal),
    cluster.read<NodeAgentObject>(kinds.daemonSet, { namespace, name: nodeAgent }, signal),
    cluster.list<RepositoryObject>(backupKinds.repository, { namespace }, signal),
    cluster.list<SnapshotClassObject>(kinds.volumeSnapshotClass, {}, signal),
    cluster.read<ServerDeployment>(kinds.deployment, { namespace, name: server }, signal),
  ]);
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = agent?.status ?? {};
  return {
    volumeLocations: locations.map(({ metadata: { name }, spec: { provider } }) => ({ name, provider })),
    nodeAgent: agent === null ? null : { wanted, ready },
    brokenRepositories: repositories
      .filter(({ status }) => status?.phase !== 'Ready')
      .map(({ metadata: { name }, status }) => ({
        name,
        phase: status?.phase ?? 'New',
        message: (status?.message ?? '').slice(0, 200),
      })),
    snapshotDrivers: driversWithClass(classes),
    csiFeature: hasCsiFeature(deployment),
  };
}
