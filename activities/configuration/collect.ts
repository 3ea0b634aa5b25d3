import { limitConcurrency } from '../coordination/limit-concurrency.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import { type ConfigObject, configObject } from './clean-yaml.ts';
import { type ConfigurationKind, configurationKinds, isConfiguration } from './configuration-kinds.ts';

export interface Collected {
  readonly objects: readonly ConfigObject[];
  readonly counts: Readonly<Record<string, number>>;
  readonly skipped: readonly string[];
}

/** The configuration of a cluster as it is now. Kinds that are not served are named, not failed. */
export async function collectConfiguration(cluster: KubernetesPort, signal: AbortSignal): Promise<Collected> {
  const limited = limitConcurrency(4);
  const found = await Promise.all(
    configurationKinds.map((entry) =>
      limited('lists', async () => ({ ...entry, objects: await listOf(cluster, entry, signal) })),
    ),
  );
  const served = found.filter(({ objects }) => objects !== null);
  return {
    objects: served.flatMap(({ objects }) => objects ?? []),
    counts: Object.fromEntries(served.map(({ label, objects }) => [label, objects?.length ?? 0])),
    skipped: found.flatMap(({ label, objects }) => (objects === null ? label : [])),
  };
}

async function listOf(cluster: KubernetesPort, { kind, namespace }: ConfigurationKind, signal: AbortSignal) {
  // Kinds of one namespace are of the core API, and the right to ask for them everywhere is nobody's need.
  if (namespace === null && !(await cluster.serves(kind, signal))) return null;
  const found = await cluster.list(kind, namespace === null ? {} : { namespace }, signal);
  return found
    .filter((object) => isConfiguration(object))
    .map((object) => configObject({ ...object, apiVersion: kind.apiVersion, kind: kind.kind }));
}
