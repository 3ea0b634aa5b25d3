import { createHash } from 'node:crypto';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { limitConcurrency } from '../coordination/limit-concurrency.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import { differences } from '../restores/comparable.ts';
import { type ConfigDependencies, openArchive } from './archives.ts';
import { type ConfigObject, configObject } from './clean-yaml.ts';
import { type ConfigurationKind, configurationKinds } from './configuration-kinds.ts';
import type { ConfigRestoreInput, ConfigRestorePlan } from './types.ts';

interface Line {
  readonly outcome: 'create' | 'change' | 'same' | 'refused';
  readonly text: string;
}

const atOnce = 8;
const mostSamples = 50;
const mostRefused = 20;

/** What a server-side apply of the archive would do, or does. The API server itself is asked for every object, first as a dry run. */
export async function restoreConfig(
  deps: ConfigDependencies,
  input: ConfigRestoreInput,
  { rehearse }: { readonly rehearse: boolean },
): Promise<ConfigRestorePlan> {
  const { objects } = await openArchive(deps, input, input.archive);
  const cluster = deps.clusters.cluster(input.cluster);
  const meant = objects.filter(({ object }) => input.kinds === null || input.kinds.includes(object.kind ?? ''));
  const limited = limitConcurrency(atOnce);
  const lines = await Promise.all(
    meant.map((one) => limited('apply', () => applyOne(cluster, one, rehearse, deps.pace.signal()))),
  );
  const counts = { create: 0, change: 0, same: 0, refused: 0 };
  for (const { outcome } of lines) counts[outcome] += 1;
  const changed = lines.filter(({ outcome }) => outcome === 'create' || outcome === 'change');
  return {
    counts,
    samples: changed.slice(0, mostSamples).map(({ text }) => text),
    refused: lines
      .filter(({ outcome }) => outcome === 'refused')
      .slice(0, mostRefused)
      .map(({ text }) => text),
    sha256: createHash('sha256')
      .update(changed.map(({ text }) => text).join('\n'))
      .digest('hex'),
  };
}

async function applyOne(
  cluster: KubernetesPort,
  { id, object }: ConfigObject,
  rehearse: boolean,
  signal: AbortSignal,
): Promise<Line> {
  const entry = entryOf(object.apiVersion, object.kind);
  if (entry === null || (entry.namespace === null && !(await cluster.serves(entry.kind, signal))))
    return { outcome: 'refused', text: `${id}: the cluster does not serve its kind` };
  const { kind } = entry;
  const there = await cluster.read(kind, object.metadata, signal);
  try {
    const wanted = await cluster.apply(kind, object, { rehearse: true });
    const differs = there === null ? [] : differences(configObject(there).object, configObject(wanted).object, 5);
    if (there !== null && differs.length === 0) return { outcome: 'same', text: id };
    if (!rehearse) await cluster.apply(kind, object);
    return there === null
      ? { outcome: 'create', text: id }
      : { outcome: 'change', text: `${id} (${differs.join(', ')})` };
  } catch (error) {
    if (!(error instanceof RekindleError) || !['rejected-by-api', 'not-found', 'forbidden'].includes(error.code))
      throw error;
    const why =
      {
        'not-found': 'its namespace is not there',
        forbidden: 'the worker may not write it',
      }[error.code as string] ?? 'the API refuses it, a field may be immutable';
    return { outcome: 'refused', text: `${id}: ${why}` };
  }
}

function entryOf(apiVersion: string | undefined, name: string | undefined): ConfigurationKind | null {
  return configurationKinds.find(({ kind }) => kind.apiVersion === apiVersion && kind.kind === name) ?? null;
}
