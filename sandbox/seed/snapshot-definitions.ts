/** The real CustomResourceDefinitions of the CSI snapshot API. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1CustomResourceDefinition } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { KubernetesApi } from '../controllers/kubernetes/kubernetes-api.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { waitFor } from '../processes/wait-for.ts';

const wanted = ['volumesnapshotclasses', 'volumesnapshotcontents', 'volumesnapshots'];

/** All YAML files below the part's directory. */
function yamlFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(directory, name));
}

/** Creates what is missing and waits until the API server serves it. */
export async function installSnapshotDefinitions(api: KubernetesApi, directory: string): Promise<void> {
  const definitions = yamlFiles(directory)
    .map((file) => parse(readFileSync(file, 'utf8')) as V1CustomResourceDefinition | null)
    .filter((entry) => entry !== null)
    .filter((entry) => entry.kind === 'CustomResourceDefinition' && wanted.includes(entry.spec.names.plural));
  if (definitions.length !== wanted.length) {
    throw new Error(`${directory} holds ${definitions.length} of ${wanted.length} definitions of the snapshot API`);
  }
  for (const definition of definitions) await api.ensure(resources.customResourceDefinitions, definition);
  for (const resource of [resources.snapshotClasses, resources.snapshotContents, resources.snapshots]) {
    await waitFor(`the kind ${resource.kind}`, () => api.list(resource), { timeoutMs: 90_000, intervalMs: 100 });
  }
}
