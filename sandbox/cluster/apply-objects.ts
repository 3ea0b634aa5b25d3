import { KubeConfig, type KubernetesObject, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';

/** Server-side apply of the objects, one after another, owning the fields they name. Repeating it changes nothing. */
export async function applyObjects(
  kubeconfig: string,
  context: string,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const client = KubernetesObjectApi.makeApiClient(config);
  for (const object of objects) {
    await client.patch(object, undefined, undefined, 'rekindle-sandbox', true, PatchStrategy.ServerSideApply);
  }
}
