/** Objects that kwok needs in the cluster: the kind that says how `exec` into one pod runs, and its own permissions. */
import type { KubernetesObject } from '@kubernetes/client-node';

export const kwokUser = 'system:sandbox:kwok';

const text = { type: 'string' };
const list = (items: object) => ({ type: 'array', items });
const object = (properties: object) => ({ type: 'object', properties });

const execTarget = object({
  containers: list(text),
  local: object({
    workDir: text,
    envs: list({ ...object({ name: text, value: text }), required: ['name'] }),
    securityContext: object({
      runAsUser: { type: 'integer', format: 'int64' },
      runAsGroup: { type: 'integer', format: 'int64' },
    }),
  }),
});

/**
 * `Exec` (kwok.x-k8s.io/v1alpha1, namespaced): the one with a pod's name and namespace decides the environment, user and
 * directory of commands that are run by `exec` into that pod.
 */
export const execDefinition: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'execs.kwok.x-k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, sandbox only' } },
  spec: {
    group: 'kwok.x-k8s.io',
    scope: 'Namespaced',
    names: { kind: 'Exec', listKind: 'ExecList', plural: 'execs', singular: 'exec' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: object({
            spec: { ...object({ execs: list(execTarget) }), required: ['execs'] },
            status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          }),
        },
      },
    ],
  },
} as KubernetesObject;

const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

const permissions = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: kwokUser },
    rules: [
      { apiGroups: [''], resources: ['nodes', 'pods'], verbs: all },
      { apiGroups: [''], resources: ['nodes/status', 'pods/status'], verbs: ['get', 'update', 'patch'] },
      { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'update', 'patch'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: all },
      { apiGroups: ['kwok.x-k8s.io'], resources: ['*'], verbs: all },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: kwokUser },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: kwokUser },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: kwokUser }],
  },
  // What kubeadm gives to the API server's kubelet client and to its cluster admins.
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'kubeadm:cluster-admins' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'kubeadm:cluster-admins' }],
  },
];

export const kwokPermissions: readonly KubernetesObject[] = permissions;
