import { createHash } from 'node:crypto';
import { parseAllDocuments, stringify } from 'yaml';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { KubernetesDefinition } from './types.ts';

/** Longest list of one save; a claim has its volume, its workload and a handful of neighbours. */
const mostObjects = 200;

/**
 * Definitions as YAML documents, one after another, as `kubectl apply -f` reads them. The same objects give the same bytes.
 *
 * @throws RekindleError `secret-refused` for a Secret, also inside a List
 */
export function definitionsYaml(objects: readonly KubernetesDefinition[]): string {
  if (objects.length === 0 || objects.length > mostObjects) {
    throw new RekindleError(
      'internal',
      `Between 1 and ${mostObjects} definitions are saved at once, not ${objects.length}`,
    );
  }
  for (const object of objects) refuseSecret(object);
  return objects.map((object) => `---\n${stringify(object, { sortMapEntries: true, lineWidth: 0 })}`).join('');
}

/** @throws RekindleError `definitions-damaged` when the text is no list of Kubernetes objects */
export function parseDefinitions(yaml: string, uri: string): readonly KubernetesDefinition[] {
  return parseAllDocuments(yaml).map((document) => {
    const value: unknown = document.errors.length > 0 ? null : document.toJS();
    if (!isDefinition(value))
      throw new RekindleError('definitions-damaged', `${uri} is not a list of Kubernetes objects`);
    return value;
  });
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function refuseSecret(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { kind, apiVersion, items, metadata } = value as Record<string, unknown>;
  if (kind === 'Secret' && (apiVersion === 'v1' || apiVersion === undefined)) {
    const name = (metadata as { name?: unknown } | undefined)?.name;
    throw new RekindleError(
      'secret-refused',
      `Secret ${String(name ?? 'without a name')} is not stored outside the cluster`,
    );
  }
  if (Array.isArray(items)) for (const item of items) refuseSecret(item);
}

function isDefinition(value: unknown): value is KubernetesDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  const name = (metadata as { name?: unknown } | null | undefined)?.name;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof name === 'string';
}
