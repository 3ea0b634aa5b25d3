import type { Kind } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';

/** One kind of a cluster's configuration, and where it is looked for; null: everywhere. */
export interface ConfigurationKind {
  readonly kind: Kind;
  readonly namespace: string | null;
  /** As it is called in reports; two groups have a NetworkPolicy. */
  readonly label: string;
}

function kind(apiVersion: string, name: string, plural: string, namespaced: boolean): Kind {
  return { apiVersion, kind: name, plural, namespaced };
}

const rbac = 'rbac.authorization.k8s.io/v1';
const calico = 'crd.projectcalico.org/v1';

/** In the order of the archive. */
export const configurationKinds: readonly ConfigurationKind[] = [
  { kind: kind(rbac, 'ClusterRole', 'clusterroles', false), namespace: null, label: 'ClusterRole' },
  {
    kind: kind(rbac, 'ClusterRoleBinding', 'clusterrolebindings', false),
    namespace: null,
    label: 'ClusterRoleBinding',
  },
  { kind: kind(rbac, 'Role', 'roles', true), namespace: null, label: 'Role' },
  { kind: kind(rbac, 'RoleBinding', 'rolebindings', true), namespace: null, label: 'RoleBinding' },
  { kind: kind('v1', 'ConfigMap', 'configmaps', true), namespace: 'kube-system', label: 'ConfigMap' },
  { kind: kind('v1', 'Secret', 'secrets', true), namespace: 'kube-system', label: 'Secret' },
  {
    kind: kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies', true),
    namespace: null,
    label: 'NetworkPolicy',
  },
  {
    kind: kind(calico, 'GlobalNetworkPolicy', 'globalnetworkpolicies', false),
    namespace: null,
    label: 'GlobalNetworkPolicy (Calico)',
  },
  { kind: kind(calico, 'NetworkPolicy', 'networkpolicies', true), namespace: null, label: 'NetworkPolicy (Calico)' },
];

const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
const tokenTypes = new Set(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token']);

/** Whether an object is configuration: not a lock, not a token that the cluster makes for itself. Pure. */
export function isConfiguration({ metadata, type }: KubernetesObject): boolean {
  return metadata.annotations?.[leaderAnnotation] === undefined && !tokenTypes.has(String(type ?? ''));
}
