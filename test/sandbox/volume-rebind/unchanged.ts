import type { KubernetesObject } from '@kubernetes/client-node';
import { resources } from '../../../sandbox/controllers/kubernetes/resource.ts';
import type { ClusterAccess } from '../../../sandbox/seed/cluster-access.ts';
import { objectContent } from '../../worlds/object-content.ts';

const watched = [
  resources.claims,
  resources.statefulSets,
  resources.deployments,
  resources.autoscalers,
  resources.snapshots,
  resources.secrets,
  resources.configMaps,
] as const;

/** Everything that a recovery could change around a namespace, each with its content: equal means that nothing was changed. */
export async function fingerprint({ api, cloud }: ClusterAccess, namespace: string): Promise<readonly string[]> {
  const lists = await Promise.all([
    ...watched.map(async (resource) => (await api.list(resource, { namespace })).items.map(line(resource.kind))),
    api.list(resources.volumes).then(({ items }) => items.filter(claims(namespace)).map(line('PersistentVolume'))),
    cloud
      .volumes({ 'tag:kubernetes.io/created-for/pvc/namespace': namespace })
      .then((volumes) => volumes.map((volume) => JSON.stringify(volume))),
    cloud
      .snapshots({ 'tag:kubernetes.io/created-for/pvc/namespace': namespace })
      .then((snapshots) => snapshots.map((snapshot) => JSON.stringify(snapshot))),
  ]);
  return lists.flat().sort();
}

function line(kind: string) {
  return (object: KubernetesObject) => `${kind} ${object.metadata?.name} ${objectContent(object)}`;
}

function claims(namespace: string) {
  return (volume: KubernetesObject) =>
    (volume as { spec?: { claimRef?: { namespace?: string } } }).spec?.claimRef?.namespace === namespace;
}
