import { stringify } from 'yaml';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import { type Holder, madeBy, recoveryMarks } from '../kubernetes/marks.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import { selects } from './label-selector.ts';
import type { SavedObject } from './saved-objects.ts';
import type { ModifierRule, PutModifiersInput } from './types.ts';

const configMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };

/** Whether Velero applies the rule to the object; its namespaces are those of the backup. Pure. */
export function modifies({ conditions }: ModifierRule, { resource, namespace, name, object }: SavedObject): boolean {
  const { groupResource, namespaces = [], resourceNameRegex, labelSelector } = conditions;
  const kinds = new RegExp(`^${groupResource.split('*').map(quoted).join('[^.]*')}$`);
  return (
    kinds.test(resource) &&
    (namespace === null || namespaces.length === 0 || namespaces.includes('*') || namespaces.includes(namespace)) &&
    (resourceNameRegex === undefined || new RegExp(resourceNameRegex).test(name)) &&
    (labelSelector === undefined || selects(labelSelector, object.metadata.labels))
  );
}

function quoted(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

/** The rules as a ConfigMap in Velero's namespace, marked as this recovery's. */
export async function putModifiers(
  cluster: KubernetesPort,
  { veleroNamespace, name, rules, ...holder }: PutModifiersInput,
): Promise<string> {
  const ref = { namespace: veleroNamespace, name };
  const there = await cluster.read(configMap, ref);
  if (there !== null && madeBy(there) === holder.recoveryId) return `ConfigMap ${name} is there`;
  if (there !== null) throw new RekindleError('already-exists', `ConfigMap ${name} is there and not of this recovery`);
  const data = { 'rules.yaml': stringify({ version: 'v1', resourceModifierRules: rules }) };
  await cluster.create<KubernetesObject>(configMap, {
    metadata: { ...ref, annotations: recoveryMarks(holder) },
    data,
  });
  return `${rules.length} rules in ConfigMap ${name}`;
}

export async function removeModifiers(
  cluster: KubernetesPort,
  { veleroNamespace, name, recoveryId }: { veleroNamespace: string; name: string } & Holder,
): Promise<string> {
  const ref = { namespace: veleroNamespace, name };
  const there = await cluster.read(configMap, ref);
  if (there === null || madeBy(there) !== recoveryId) return `no ConfigMap ${name} of this recovery`;
  await cluster.remove(configMap, ref, { uid: there.metadata.uid ?? '' });
  return `ConfigMap ${name} is taken away`;
}
