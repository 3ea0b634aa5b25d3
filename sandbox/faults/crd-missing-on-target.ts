import type { KubernetesObject, V1CustomResourceDefinition } from '@kubernetes/client-node';
import type { SandboxContext } from '../context.ts';
import { type Resource, resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';
import { openCluster } from '../seed/cluster-access.ts';
import { startVeleroServer } from '../velero/velero-part.ts';
import { killVelero } from '../velero/velero-server.ts';
import type { Fault } from './fault.ts';

const subscriptions: Resource = {
  apiVersion: 'shop.example.com/v1',
  kind: 'Subscription',
  plural: 'subscriptions',
  namespaced: true,
};

const definitionName = 'subscriptions.shop.example.com';

const definition: V1CustomResourceDefinition = {
  metadata: { name: definitionName },
  spec: {
    group: 'shop.example.com',
    names: { kind: 'Subscription', plural: 'subscriptions', singular: 'subscription', listKind: 'SubscriptionList' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { plan: { type: 'string' } } } },
          },
        },
      },
    ],
  },
};

interface Subscription extends KubernetesObject {
  readonly spec: { readonly plan: string };
}

/** Velero looks for kinds every five minutes, and when it starts; a backup in which one is asked for that has gone is PartiallyFailed. */
async function lookAgain(context: SandboxContext, cluster: string): Promise<void> {
  if (await killVelero(context, cluster)) await startVeleroServer(context, cluster);
}

/** A kind that the source has and the target has not, with an object of it: a backup taken from now on holds both. */
export const fault: Fault = {
  name: 'crd-missing-on-target',
  summary: 'defines a kind in one cluster, with an object of it, and takes its definition away from another',
  parameters: [
    { name: 'cluster', summary: 'the cluster that has the kind', default: 'prod' },
    { name: 'target', summary: 'the cluster that has it not', default: 'dr' },
    { name: 'namespace', summary: 'the namespace of the object', default: 'production' },
  ],

  async break({ context }, { cluster = '', target = '', namespace = '' }) {
    const source = await openCluster(context, cluster);
    await source.api.ensure(resources.customResourceDefinitions, definition);
    const object: Subscription = { metadata: { name: 'gold', namespace }, spec: { plan: 'gold' } };
    // A kind that was only just defined is served a moment later.
    await waitFor('the kind Subscription', () => source.api.ensure<Subscription>(subscriptions, object), {
      timeoutMs: 90_000,
      intervalMs: 100,
    });
    await lookAgain(context, cluster);
    const { api } = await openCluster(context, target);
    await api.delete(resources.customResourceDefinitions, { name: definitionName });
    return `${cluster} has Subscription ${namespace}/gold, ${target} has no such kind`;
  },

  async heal({ context }, { cluster = 'prod', target = 'dr' }) {
    for (const name of [cluster, target]) {
      const { api } = await openCluster(context, name);
      await api.delete(resources.customResourceDefinitions, { name: definitionName });
      await waitFor(
        `the end of the kind in ${name}`,
        async () => (await api.find(resources.customResourceDefinitions, { name: definitionName })) === undefined,
        { timeoutMs: 90_000, intervalMs: 100 },
      );
      await lookAgain(context, name);
    }
    return 'no cluster has the kind Subscription';
  },
};
