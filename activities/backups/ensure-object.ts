import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import { type Holder, recoveryMarks } from '../kubernetes/marks.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import { policyLabel } from './translate.ts';
import type { Ensured } from './types.ts';

export interface WantedObject {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly policy: string;
  readonly holder: Holder;
  /** `{ spec }` or `{ data }`; null takes the object away. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/**
 * Brings an object of a policy to what the inventory says. Looks first: what is as it should be is left alone, and an object
 * without the policy's label is somebody else's and never touched.
 * @throws RekindleError `already-exists`, or `conflict` when somebody changed it in between
 */
export async function ensureObject(
  cluster: KubernetesPort,
  wanted: WantedObject,
  signal: AbortSignal,
): Promise<Ensured> {
  const { kind, namespace, name, policy, holder, body } = wanted;
  const ref = { namespace, name };
  const before = await cluster.read<KubernetesObject>(kind, ref, signal);
  if (before !== null && before.metadata.labels?.[policyLabel] !== policy) {
    if (body === null) return 'as it was';
    const message = `${kind.kind} ${namespace}/${name} is there and not of the backup policy ${policy}`;
    throw new RekindleError('already-exists', message);
  }
  if (before === null) {
    if (body === null) return 'as it was';
    const metadata = { ...ref, labels: { [policyLabel]: policy }, annotations: recoveryMarks(holder) };
    await cluster.create<KubernetesObject>(kind, { metadata, ...body });
    return 'created';
  }
  const { uid = '', resourceVersion = '' } = before.metadata;
  if (body === null) return (await cluster.remove(kind, ref, { uid })) ? 'removed' : 'as it was';
  if (holds(before, body)) return 'as it was';
  const annotations = recoveryMarks(holder);
  await cluster.patch(kind, ref, { metadata: { annotations }, ...replacing(before, body) }, { resourceVersion });
  return 'changed';
}

/** Whether every field that is wanted is there as it is wanted. The server may have filled in others. */
export function holds(seen: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(seen) && seen.length === wanted.length && wanted.every((item, index) => holds(seen[index], item))
    );
  }
  if (wanted === null || typeof wanted !== 'object') return seen === wanted;
  if (seen === null || typeof seen !== 'object') return false;
  const there = seen as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([field, value]) => holds(there[field], value));
}

/** A merge patch that leaves nothing of the former body: a field that is wanted no more goes. */
function replacing(before: unknown, wanted: unknown): Record<string, unknown> {
  const former = (before ?? {}) as Readonly<Record<string, unknown>>;
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(wanted as object)) {
    const nested = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (!nested) patch[field] = value;
    else {
      const gone = Object.keys((former[field] ?? {}) as object).filter((key) => !Object.hasOwn(value, key));
      patch[field] = { ...replacing(former[field], value), ...Object.fromEntries(gone.map((key) => [key, null])) };
    }
  }
  return patch;
}
