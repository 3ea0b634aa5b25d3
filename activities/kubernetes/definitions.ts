import type { KubernetesObject, ObjectMeta } from './port.ts';

/** Metadata that the API server and the controllers own, and that means nothing in another object. */
const ownedByServer: ReadonlySet<string> = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  // Controllers put their own on again; they come and go with every attachment.
  'finalizers',
  'selfLink',
]);

/** A definition that can be applied again: what a person wrote and what gives the object its identity in the cluster. Pure. */
export function cleanDefinition(object: KubernetesObject): KubernetesObject {
  const { status: _status, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([field]) => !ownedByServer.has(field));
  return { ...rest, metadata: Object.fromEntries(kept) as unknown as ObjectMeta };
}

/** The same without the named annotations; without `annotations` when none is left. */
export function withoutAnnotations(object: KubernetesObject, names: readonly string[]): KubernetesObject {
  const { annotations = {}, ...metadata } = object.metadata;
  const kept = Object.entries(annotations).filter(([name]) => !names.includes(name));
  return {
    ...object,
    metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) } as ObjectMeta,
  };
}

export function withAnnotations(object: KubernetesObject, added: Readonly<Record<string, string>>): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...added } } };
}
