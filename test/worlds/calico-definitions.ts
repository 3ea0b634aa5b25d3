/** Calico's policies as its own manifests define them (`crd.projectcalico.org/v1`), with a specification of any shape. */
import type { V1CustomResourceDefinition } from '@kubernetes/client-node';
import type { Kind } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';

const group = 'crd.projectcalico.org';
const apiVersion = `${group}/v1`;

export const calicoKinds = {
  global: { apiVersion, kind: 'GlobalNetworkPolicy', plural: 'globalnetworkpolicies', namespaced: false },
  namespaced: { apiVersion, kind: 'NetworkPolicy', plural: 'networkpolicies', namespaced: true },
} as const satisfies Record<string, Kind>;

const definitionKind: Kind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

function definition({ kind, plural, namespaced }: Kind): V1CustomResourceDefinition {
  const spec = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        },
      ],
    },
  };
}

/** Returns once both kinds are served. */
export async function defineCalico(port: KubernetesPort): Promise<void> {
  for (const kind of Object.values(calicoKinds)) {
    await port.create(definitionKind, definition(kind) as unknown as KubernetesObject);
    await waitFor(`the kind ${kind.plural} of Calico`, () => port.serves(kind), { timeoutMs: 90_000, intervalMs: 100 });
  }
}

/** Their objects go with them. */
export async function removeCalico(port: KubernetesPort): Promise<void> {
  for (const { plural } of Object.values(calicoKinds))
    await port.remove(definitionKind, { name: `${plural}.${group}` });
}
