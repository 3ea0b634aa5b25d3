/** The variables of a database pod: its container's own, and where its PostgreSQL listens. */
import type { V1ConfigMap, V1Container, V1EnvVar, V1Pod, V1Secret } from '@kubernetes/client-node';
import type { KubernetesApi } from '../kubernetes/kubernetes-api.ts';
import { resources } from '../kubernetes/resource.ts';

/** Literals and references to Secrets, ConfigMaps and the pod's own fields; what cannot be resolved is left out. */
export async function containerEnvironment(
  api: KubernetesApi,
  pod: V1Pod,
  container: V1Container,
): Promise<Record<string, string>> {
  const resolved: Record<string, string> = {};
  for (const variable of container.env ?? []) {
    const value = await resolve(api, pod, variable);
    if (value !== undefined) resolved[variable.name] = value;
  }
  return resolved;
}

async function resolve(api: KubernetesApi, pod: V1Pod, { value, valueFrom }: V1EnvVar): Promise<string | undefined> {
  const namespace = pod.metadata?.namespace;
  if (value !== undefined) return value;
  if (valueFrom?.secretKeyRef) {
    const { name = '', key } = valueFrom.secretKeyRef;
    const encoded = (await api.find<V1Secret>(resources.secrets, { name, namespace }))?.data?.[key];
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
  }
  if (valueFrom?.configMapKeyRef) {
    const { name = '', key } = valueFrom.configMapKeyRef;
    return (await api.find<V1ConfigMap>(resources.configMaps, { name, namespace }))?.data?.[key];
  }
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata?.name,
    'metadata.namespace': namespace,
    'metadata.uid': pod.metadata?.uid,
    'spec.nodeName': pod.spec?.nodeName,
  };
  return fields[valueFrom?.fieldRef?.fieldPath ?? ''];
}

export interface DatabaseIdentity {
  readonly user: string;
  readonly database: string;
}

/** The variables of the official image, with its defaults. */
export function databaseIdentity(environment: Readonly<Record<string, string>>): DatabaseIdentity {
  const user = environment.POSTGRES_USER || 'postgres';
  return { user, database: environment.POSTGRES_DB || user };
}
