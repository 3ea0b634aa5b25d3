import { parseAllDocuments, stringify } from 'yaml';
import { cleanDefinition, withoutAnnotations } from '../kubernetes/definitions.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';

/** May quote a Secret, and means nothing to a server-side apply. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** One object of an archive. */
export interface ConfigObject {
  /** `Role production/reader`; Calico's kinds with their group, since two have the same name. */
  readonly id: string;
  readonly object: KubernetesObject;
  readonly yaml: string;
}

/** As it can be applied again: no uid, status, managedFields; what a controller computes is left out. Pure. */
export function configObject(object: KubernetesObject): ConfigObject {
  const clean = computedLeftOut(withoutAnnotations(cleanDefinition(object), [lastApplied]));
  const { apiVersion, kind, metadata, ...rest } = clean;
  const whole = { apiVersion, kind, metadata, ...rest } as KubernetesObject;
  return { id: idOf(whole), object: whole, yaml: stringify(whole, { sortMapEntries: true, lineWidth: 0 }) };
}

/** The rules of an aggregated role are the cluster's own sum. */
function computedLeftOut(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'ClusterRole' || object.aggregationRule === undefined) return object;
  const { rules: _rules, ...rest } = object;
  return rest;
}

function idOf({ apiVersion = '', kind = '', metadata }: KubernetesObject): string {
  const group = apiVersion.includes('projectcalico') ? ' (Calico)' : '';
  return `${kind}${group} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** The plain text of an archive: sorted documents, equal bytes for equal objects. Pure. */
export function archiveText(objects: readonly ConfigObject[]): string {
  const sorted = [...objects].sort((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
  return sorted.map(({ yaml }) => `---\n${yaml}`).join('');
}

/** The objects of an archive's plain text. */
export function parseArchiveText(text: string): readonly ConfigObject[] {
  return parseAllDocuments(text).map((document) => configObject(document.toJS() as KubernetesObject));
}
