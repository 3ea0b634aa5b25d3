/** One object of every kind that an archive of a configuration holds, and what happens to it after the archive was taken. */
import { type Kind, kinds } from '../../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort, MergePatch } from '../../../activities/kubernetes/port.ts';
import { calicoKinds } from '../../worlds/calico-definitions.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';
const kind = (apiVersion: string, one: string, plural: string, namespaced = true): Kind => ({
  ...{ apiVersion, kind: one, plural, namespaced },
});
const subjects = [{ kind: 'User', name: 'jo', apiGroup: group }];
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];

export interface Planted {
  readonly id: string;
  readonly kind: Kind;
  readonly ref: { readonly name: string; readonly namespace?: string };
  readonly rest: object;
  /** What happens to it after the archive was taken; null: it is deleted. */
  readonly change: MergePatch | null;
  /** Path in the plan, where it is changed. */
  readonly path?: string;
}

/** One object of every kind that an archive holds, half of them changed and half of them deleted since. */
export function everyKind(name: string): readonly Planted[] {
  const namespace = name;
  return [
    {
      ...{ id: `ClusterRole ${name}`, kind: kind(rbac, 'ClusterRole', 'clusterroles', false), ref: { name } },
      ...{ rest: { rules }, change: { rules: [{ ...rules[0], verbs: ['*'] }] }, path: 'rules[0].verbs[0]' },
    },
    {
      id: `ClusterRoleBinding ${name}`,
      kind: kind(rbac, 'ClusterRoleBinding', 'clusterrolebindings', false),
      ref: { name },
      rest: { roleRef: { apiGroup: group, kind: 'ClusterRole', name }, subjects },
      change: null,
    },
    {
      ...{ id: `Role ${namespace}/${name}`, kind: kind(rbac, 'Role', 'roles'), ref: { namespace, name } },
      ...{ rest: { rules }, change: null },
    },
    {
      id: `RoleBinding ${namespace}/${name}`,
      kind: kind(rbac, 'RoleBinding', 'rolebindings'),
      ref: { namespace, name },
      rest: { roleRef: { apiGroup: group, kind: 'Role', name }, subjects },
      change: { subjects: [{ kind: 'User', name: 'mallory', apiGroup: group }] },
      path: 'subjects[0].name',
    },
    {
      id: `ConfigMap kube-system/${name}`,
      kind: kind('v1', 'ConfigMap', 'configmaps'),
      ref: { namespace: 'kube-system', name },
      rest: { data: { mode: 'ipvs' } },
      change: { data: { mode: 'iptables' } },
      path: 'data.mode',
    },
    {
      id: `Secret kube-system/${name}`,
      kind: kind('v1', 'Secret', 'secrets'),
      ref: { namespace: 'kube-system', name },
      rest: { data: { password: Buffer.from('before').toString('base64') } },
      change: { data: { password: Buffer.from('after').toString('base64') } },
      path: 'data.password',
    },
    {
      id: `NetworkPolicy ${namespace}/${name}`,
      kind: kind('networking.k8s.io/v1', 'NetworkPolicy', 'networkpolicies'),
      ref: { namespace, name },
      rest: { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
      change: null,
    },
    {
      ...{ id: `GlobalNetworkPolicy (Calico) ${name}`, kind: calicoKinds.global, ref: { name } },
      ...{ rest: { spec: { selector: 'all()', types: ['Ingress'], order: 10 } }, change: null },
    },
    {
      ...{ id: `NetworkPolicy (Calico) ${namespace}/${name}`, kind: calicoKinds.namespaced, ref: { namespace, name } },
      ...{
        rest: { spec: { selector: "tier == 'web'" } },
        change: { spec: { selector: 'all()' } },
        path: 'spec.selector',
      },
    },
  ];
}

/** In a namespace of that name. Calico's kinds must be served. */
export async function plant(port: KubernetesPort, name: string): Promise<readonly Planted[]> {
  await port.create(kinds.namespace, { metadata: { name } });
  const planted = everyKind(name);
  for (const { kind: of, ref, rest } of planted) await port.create<KubernetesObject>(of, { metadata: ref, ...rest });
  return planted;
}

export async function uproot(port: KubernetesPort, name: string): Promise<void> {
  for (const { kind: of, ref } of everyKind(name)) await port.remove(of, ref);
  await port.remove(kinds.namespace, { name });
}

export async function breakThem(port: KubernetesPort, planted: readonly Planted[]): Promise<void> {
  for (const { kind: of, ref, change } of planted) {
    if (change === null) await port.remove(of, ref);
    else await port.patch(of, ref, change);
  }
}

/** What a person wrote of each; null where it is not there. */
export function writtenOf(port: KubernetesPort, planted: readonly Planted[]): Promise<unknown[]> {
  return Promise.all(
    planted.map(async ({ kind: of, ref }) => {
      const found = await port.read(of, ref);
      if (found === null) return null;
      const { metadata: _metadata, ...rest } = found;
      return rest;
    }),
  );
}
