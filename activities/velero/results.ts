import { RekindleError } from '../../errors/rekindle-error.ts';
import type { BackedUpItem } from './types.ts';

/** One error or warning of a backup or restore, with the namespace that it is about where it has one. */
export interface RunMessage {
  readonly scope: 'velero' | 'cluster' | 'namespace';
  readonly namespace: string | null;
  readonly text: string;
}

export interface RunResults {
  readonly errors: readonly RunMessage[];
  readonly warnings: readonly RunMessage[];
}

/** The file of results: `{"errors": {"velero": [], "cluster": [], "namespaces": {"a": []}}, "warnings": {...}}`. Pure. */
export function parseResults(text: string, file: string): RunResults {
  const parsed = parseRecord(text, file);
  return { errors: messages(parsed.errors), warnings: messages(parsed.warnings) };
}

function messages(group: unknown): RunMessage[] {
  const { velero, cluster, namespaces } = recordOf(group);
  return [
    ...strings(velero).map((text): RunMessage => ({ scope: 'velero', namespace: null, text })),
    ...strings(cluster).map((text): RunMessage => ({ scope: 'cluster', namespace: null, text })),
    ...Object.entries(recordOf(namespaces)).flatMap(([namespace, list]) =>
      strings(list).map((text): RunMessage => ({ scope: 'namespace', namespace, text })),
    ),
  ];
}

/** A backup's resource list: `{"apps/v1/Deployment": ["production/web"], "v1/Namespace": ["production"]}`. Pure. */
export function parseBackupList(text: string, file: string): BackedUpItem[] {
  return entriesOf(text, file).map(([type, entry]) => itemOf(type, entry));
}

function entriesOf(text: string, file: string): [type: string, entry: string][] {
  return Object.entries(parseRecord(text, file)).flatMap(([type, list]) =>
    strings(list).map((entry): [string, string] => [type, entry]),
  );
}

function itemOf(type: string, reference: string): BackedUpItem {
  const slash = reference.indexOf('/');
  return slash < 0
    ? { type, namespace: null, name: reference }
    : { type, namespace: reference.slice(0, slash), name: reference.slice(slash + 1) };
}

function parseRecord(text: string, file: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged(file, (cause as Error).message);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw damaged(file, 'no JSON object');
  return parsed as Record<string, unknown>;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

function damaged(file: string, what: string): RekindleError {
  return new RekindleError('velero-file-damaged', `${file} cannot be read: ${what}`, { details: { file } });
}
