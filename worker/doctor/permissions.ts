import type { Kind } from '../../activities/kubernetes/kinds.ts';
import { kinds } from '../../activities/kubernetes/kinds.ts';
import { nodeKinds } from '../../activities/kubernetes/node-objects.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';

/** What a recovery does with a kind. */
export interface Permission {
  readonly kind: Kind;
  readonly verbs: readonly string[];
  readonly subresource?: string;
}

/** What volume recoveries need of the API, as `deploy/rbac` grants it. */
export const volumePermissions: readonly Permission[] = [
  { kind: kinds.claim, verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  { kind: kinds.volume, verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  { kind: kinds.storageClass, verbs: ['list'] },
  { kind: kinds.attachment, verbs: ['list'] },
  { kind: kinds.node, verbs: ['list'] },
  { kind: kinds.pod, verbs: ['get', 'list'] },
  { kind: kinds.pod, verbs: ['get', 'create'], subresource: 'exec' },
  { kind: kinds.deployment, verbs: ['get', 'list', 'patch'] },
  { kind: kinds.statefulSet, verbs: ['get', 'list', 'patch'] },
  { kind: kinds.replicaSet, verbs: ['get', 'list', 'patch'] },
];

/** What the replacement of nodes needs beyond that; without the kinds of other repairers the cluster answers that it has none. */
export const nodePermissions: readonly Permission[] = [
  { kind: nodeKinds.node, verbs: ['list', 'patch', 'delete'] },
  { kind: nodeKinds.lease, verbs: ['list'] },
  { kind: kinds.pod, verbs: ['list', 'delete'] },
  { kind: kinds.pod, verbs: ['create'], subresource: 'eviction' },
  { kind: kinds.attachment, verbs: ['list'] },
  { kind: kinds.deployment, verbs: ['list'] },
  { kind: kinds.daemonSet, verbs: ['list'] },
  { kind: nodeKinds.karpenterPool, verbs: ['list'] },
  { kind: nodeKinds.machineHealthCheck, verbs: ['list'] },
];

const review: Kind = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};

interface AccessReview extends KubernetesObject {
  readonly spec: unknown;
  readonly status?: { readonly allowed: boolean };
}

/** The permissions that the API says we lack, such as `patch persistentvolumes`. Nothing is created: a review is a question. */
export async function missingPermissions(
  cluster: Pick<KubernetesPort, 'create'>,
  permissions: readonly Permission[],
): Promise<readonly string[]> {
  const questions = permissions.flatMap(({ kind, verbs, subresource }) =>
    verbs.map((verb) => ({ kind, verb, subresource })),
  );
  const answers = await Promise.all(
    questions.map(async ({ kind, verb, subresource }) => {
      const group = kind.apiVersion.includes('/') ? kind.apiVersion.split('/')[0] : '';
      const resourceAttributes = { group, resource: kind.plural, verb, ...(subresource && { subresource }) };
      const answer = await cluster.create<AccessReview>(review, {
        apiVersion: review.apiVersion,
        kind: review.kind,
        metadata: { name: '' }, // a review has no identity: the API rejects any
        spec: { resourceAttributes },
      });
      return answer.status?.allowed === true ? null : `${verb} ${kind.plural}${subresource ? `/${subresource}` : ''}`;
    }),
  );
  return answers.filter((missing) => missing !== null);
}
