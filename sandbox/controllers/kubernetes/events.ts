import { randomBytes } from 'node:crypto';
import type { CoreV1Event, KubernetesObject } from '@kubernetes/client-node';
import type { KubernetesApi } from './kubernetes-api.ts';
import { type Resource, resources } from './resource.ts';

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Tells what happened to an object, as `kubectl describe` shows it. An event that cannot be written is no error. */
export async function recordEvent(
  api: KubernetesApi,
  resource: Resource,
  object: KubernetesObject,
  { type, reason, message, component }: EventText,
): Promise<void> {
  const { name = '', namespace = 'default', uid = '' } = object.metadata ?? {};
  const now = new Date().toISOString();
  const event = {
    metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject: {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      name,
      ...(resource.namespaced ? { namespace } : {}),
      uid,
    },
    type,
    reason,
    message,
    source: { component },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  await api.create(resources.events, event as unknown as CoreV1Event).catch(() => undefined);
}
