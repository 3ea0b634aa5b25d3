import { RekindleError } from '../../errors/rekindle-error.ts';
import { kinds } from '../kubernetes/kinds.ts';
import { type Holder, recoveryMarks } from '../kubernetes/marks.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { NamespaceOfClaims } from './types.ts';

/** The namespace with the labels and annotations that it had, where there is none of that name. */
export async function ensureNamespace(
  cluster: KubernetesPort,
  { name, labels, annotations }: NamespaceOfClaims,
  holder: Holder,
): Promise<'created' | 'as it was'> {
  if ((await cluster.read(kinds.namespace, { name })) !== null) return 'as it was';
  try {
    const metadata = { name, labels, annotations: { ...annotations, ...recoveryMarks(holder) } };
    await cluster.create(kinds.namespace, { metadata });
    return 'created';
  } catch (error) {
    // Somebody was quicker, or the reply of an earlier try was lost.
    if (error instanceof RekindleError && error.code === 'already-exists') return 'as it was';
    throw error;
  }
}
