/** How a command that is run in a database pod finds the pod's own server: an `Exec` object of kwok with the pod's variables. */
import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import type { KubernetesApi } from '../kubernetes/kubernetes-api.ts';
import { isNotFound } from '../kubernetes/kubernetes-error.ts';
import { resources } from '../kubernetes/resource.ts';

interface Exec extends KubernetesObject {
  readonly spec: {
    readonly execs: readonly { readonly local: { readonly envs: { name: string; value: string }[] } }[];
  };
}

/** Safe to repeat. Without kwok's Exec kind in the cluster, commands in pods simply do not find the database. */
export async function publishExecTarget(
  api: KubernetesApi,
  pod: V1Pod,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { name = '', namespace, uid = '' } = pod.metadata ?? {};
  const envs = Object.entries(environment).map(([key, value]) => ({ name: key, value }));
  const wanted: Exec = {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      // Where this pod's server is on this machine: part of no backup, as nothing of a kubelet is.
      labels: { 'velero.io/exclude-from-backup': 'true' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    spec: { execs: [{ local: { envs } }] },
  };
  try {
    const present = await api.ensure(resources.execs, wanted);
    const current = present.metadata?.ownerReferences?.[0]?.uid === uid;
    if (current && JSON.stringify(present.spec) === JSON.stringify(wanted.spec)) return;
    await api.patch(
      resources.execs,
      { name, namespace },
      { metadata: { ownerReferences: wanted.metadata?.ownerReferences }, spec: wanted.spec },
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
