import { ApiException, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

const namespace = 'default';

/** ConfigMaps of the cluster `prod` with one value each, to see whether what was written is still there. */
export function configMaps(sandbox: Sandbox) {
  const config = new KubeConfig();
  config.loadFromFile(sandbox.kubeconfigPath);
  config.setCurrentContext('prod');
  const api = config.makeApiClient(CoreV1Api);
  return {
    async write(name: string, value: string): Promise<void> {
      await api.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { value } } });
    },
    /** undefined when there is no such ConfigMap; throws when the API does not answer. */
    async read(name: string): Promise<string | undefined> {
      try {
        return (await api.readNamespacedConfigMap({ name, namespace })).data?.value;
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined;
        throw error;
      }
    },
  };
}
