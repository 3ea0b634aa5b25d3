import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import { kinds } from '../kubernetes/kinds.ts';
import { type Holder, recoveryMarks } from '../kubernetes/marks.ts';
import type { KubernetesObject, KubernetesPort, MergePatch } from '../kubernetes/port.ts';
import { neutralisedAnnotation } from './neutralise.ts';
import type { NeutralisedObject } from './types.ts';

const promotable: readonly Kind[] = [
  kinds.statefulSet,
  kinds.deployment,
  kinds.cronJob,
  { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses', namespaced: true },
];

/** Everything that still carries the mark, in the order in which it is promoted: what works before what lets traffic in. */
export async function listNeutralised(
  cluster: KubernetesPort,
  namespaces: readonly string[] | null,
  signal: AbortSignal,
): Promise<NeutralisedObject[]> {
  const found: NeutralisedObject[] = [];
  for (const kind of promotable) {
    for (const { metadata } of await cluster.list<KubernetesObject>(kind, {}, signal)) {
      const { name, namespace = '', annotations = {} } = metadata;
      if (annotations[neutralisedAnnotation] === undefined) continue;
      if (namespaces === null || namespaces.includes(namespace)) found.push({ kind: kind.kind, namespace, name });
    }
  }
  return found;
}

/** Makes each object what it was in the backup. One that is promoted already carries no mark any more and is left alone. */
export async function promoteNeutralised(
  cluster: KubernetesPort,
  objects: readonly NeutralisedObject[],
  holder: Holder,
  signal: AbortSignal,
): Promise<{ promoted: number; gone: string[] }> {
  const gone: string[] = [];
  let promoted = 0;
  for (const { kind: name, namespace, name: objectName } of objects) {
    const kind = promotable.find((one) => one.kind === name);
    const ref = { namespace, name: objectName };
    const seen = kind === undefined ? null : await cluster.read<KubernetesObject>(kind, ref, signal);
    if (kind === undefined || seen === null) {
      gone.push(`${name} ${namespace}/${objectName}`);
      continue;
    }
    const back = seen.metadata.annotations?.[neutralisedAnnotation];
    if (back === undefined) {
      promoted += 1;
      continue;
    }
    const { resourceVersion = '' } = seen.metadata;
    await cluster.patch(kind, ref, promotion(back, `${name} ${namespace}/${objectName}`, holder), { resourceVersion });
    promoted += 1;
  }
  return { promoted, gone };
}

function promotion(back: string, target: string, holder: Holder): MergePatch {
  let patch: { readonly metadata?: { readonly annotations?: object } };
  try {
    patch = JSON.parse(back) as typeof patch;
  } catch (cause) {
    throw new RekindleError('hold-record-damaged', `the annotation ${neutralisedAnnotation} of ${target} is no JSON`, {
      cause,
    });
  }
  const annotations = { ...patch.metadata?.annotations, ...recoveryMarks(holder), [neutralisedAnnotation]: null };
  return { ...patch, metadata: { annotations } };
}
