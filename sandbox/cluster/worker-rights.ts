/**
 * The identity of a worker in the clusters of the sandbox: exactly the rights that `deploy/rbac` grants, so that one that is missing there
 * fails recoveries here.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { SandboxContext } from '../context.ts';
import { repositoryRoot } from '../environment.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';
import { ensureKubeconfig, setUpKubeconfig } from './cluster-directory.ts';

const folder = join(repositoryRoot, 'deploy', 'rbac');
/** Granted in Velero's namespace, which is there only with Velero. */
const ofVelero = 'velero.yaml';
const groupPrefix = 'rekindle:';

type Granted = KubernetesObject & { readonly subjects?: readonly { readonly kind: string; readonly name: string }[] };

function documentsOf(file: string): Granted[] {
  return parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Granted);
}

function manifests(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
}

/** Roles and bindings, without those in Velero's namespace. */
export function workerRights(): readonly KubernetesObject[] {
  return manifests()
    .filter((file) => file !== ofVelero)
    .flatMap(documentsOf);
}

export function workerRightsInVelero(): readonly KubernetesObject[] {
  return documentsOf(ofVelero);
}

/** The groups that the manifests bind: one for each thing that a worker may be allowed to do. */
export function rightsGroups(): readonly string[] {
  const groups = manifests()
    .flatMap(documentsOf)
    .flatMap(({ subjects = [] }) => subjects.map(({ name }) => name));
  return [...new Set(groups)].sort();
}

/** The groups of one scenario: its own, and those that its options need. */
export function groupsOf(slug: string): readonly string[] {
  const options: Readonly<Record<string, readonly string[]>> = {
    'config-backup': ['config-restore'],
    'namespace-restore': ['namespace-restore-existing'],
  };
  return [slug, ...(options[slug] ?? [])]
    .map((name) => `${groupPrefix}${name}`)
    .filter((group) => rightsGroups().includes(group));
}

/** Path of the kubeconfig of a worker of those groups; the context in it has the cluster's name. */
export function workerKubeconfig(
  context: SandboxContext,
  cluster: string,
  organizations: readonly string[] = rightsGroups(),
): Promise<string> {
  // A certificate is made once, so other groups are another file.
  const mark = createHash('sha256').update(organizations.join()).digest('hex').slice(0, 8);
  return ensureKubeconfig(context, cluster, `rekindle-${mark}`, { commonName: 'rekindle', organizations });
}

/** Grants the rights, once a generation and again when the manifests have changed. */
export function workerRightsPart(cluster: string): ManagedPart {
  const fact = `${cluster}-worker-rights`;
  const wanted = ({ state }: SandboxContext) =>
    createHash('sha256')
      .update(JSON.stringify([state.read().generation, workerRights()]))
      .digest('hex');
  return {
    name: fact,
    // After kwok, which sets up as well, so that the certificate for that is not made twice at once.
    dependsOn: [`${cluster}-control-plane`, `${cluster}-kwok`],

    async start(context) {
      if (context.state.fact(fact) === wanted(context)) return;
      const { applyObjects } = await import('./apply-objects.ts');
      await applyObjects(await setUpKubeconfig(context, cluster), cluster, workerRights());
      context.state.setFact(fact, wanted(context));
    },

    async health(context) {
      if (context.state.fact(fact) === wanted(context)) return { state: PartState.running, detail: 'granted' };
      return { state: PartState.stopped, detail: 'not granted', mend: 'npm run sandbox -- up' };
    },

    async stop() {},
  };
}
