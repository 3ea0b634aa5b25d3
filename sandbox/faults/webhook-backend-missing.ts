import type { V1ValidatingWebhookConfiguration } from '@kubernetes/client-node';
import { type Resource, resources } from '../controllers/kubernetes/resource.ts';
import { openCluster } from '../seed/cluster-access.ts';
import type { Fault } from './fault.ts';

const webhooks: Resource = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  namespaced: false,
};

export const webhookName = 'policy.sandbox.rekindle.io';

function configuration(namespace: string): V1ValidatingWebhookConfiguration {
  return {
    metadata: { name: webhookName },
    webhooks: [
      {
        name: webhookName,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 1,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
        clientConfig: { service: { namespace: 'policy', name: 'policy-webhook', path: '/validate' } },
      },
    ],
  };
}

export const fault: Fault = {
  name: 'webhook-backend-missing',
  summary: 'an admission webhook for Deployments whose service is gone: none can be created in the namespace',
  parameters: [
    { name: 'cluster', summary: 'the cluster', default: 'prod' },
    { name: 'namespace', summary: 'the namespace that the webhook watches', default: 'production' },
  ],

  async break({ context }, { cluster = '', namespace = '' }) {
    const { api } = await openCluster(context, cluster);
    await api.ensure(webhooks, configuration(namespace));
    await api.ensure(resources.namespaces, { metadata: { name: 'policy' } });
    return `no Deployment can be created in ${namespace}: webhook ${webhookName} has no backend`;
  },

  async heal({ context }, { cluster = 'prod' }) {
    const { api } = await openCluster(context, cluster);
    await api.delete(webhooks, { name: webhookName });
    await api.delete(resources.namespaces, { name: 'policy' });
    return 'the webhook is gone';
  },
};
