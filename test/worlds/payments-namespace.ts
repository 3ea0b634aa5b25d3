/** A namespace that somebody will miss: a Deployment, and a Secret whose token was signed before anything broke. */
import { AppsV1Api, CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { waitFor } from '../../sandbox/processes/wait-for.ts';

export const payments = 'payments';

export async function makePayments(config: KubeConfig): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const labels = { app: 'api' };
  await core.createNamespace({ body: { metadata: { name: payments } } });
  // A token whose account is not there yet is deleted by the token controller.
  await waitFor(
    'the account of the namespace',
    async () => (await core.readNamespacedServiceAccount({ name: 'default', namespace: payments })) !== undefined,
    { timeoutMs: 90_000, intervalMs: 50 },
  );
  await core.createNamespacedSecret({
    namespace: payments,
    body: {
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 'old-token', annotations: { 'kubernetes.io/service-account.name': 'default' } },
    },
  });
  await apps.createNamespacedDeployment({
    namespace: payments,
    body: {
      metadata: { name: 'api' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'app', image: 'docker.io/library/busybox:1' }] },
        },
      },
    },
  });
  const ready = async () => {
    const { status } = await apps.readNamespacedDeployment({ name: 'api', namespace: payments });
    const { data } = await core.readNamespacedSecret({ name: 'old-token', namespace: payments });
    return status?.readyReplicas === 1 && data?.token !== undefined;
  };
  await waitFor('the namespace that will be missed', ready, { timeoutMs: 90_000, intervalMs: 250 });
}
