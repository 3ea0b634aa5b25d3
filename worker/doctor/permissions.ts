import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Kind } from '../../activities/kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../../activities/kubernetes/port.ts';

/** One question to the API: may I. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

/** What a worker needs for one thing that it does, as the manifest of that name in `deploy/rbac` grants it. */
export interface NeededRights {
  readonly name: string;
  readonly rights: readonly Right[];
}

interface Role {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const folder = fileURLToPath(new URL('../../deploy/rbac/', import.meta.url));

/** Of all manifests, by name. They call Velero's namespace as its installer does. */
export function neededRights(veleroNamespace = 'velero'): readonly NeededRights[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.yaml$/, ''),
      rights: parseAllDocuments(readFileSync(`${folder}${file}`, 'utf8'))
        .flatMap((one) => rightsOf(one.toJS() as Role))
        .map((right) => (right.namespace === 'velero' ? { ...right, namespace: veleroNamespace } : right)),
    }));
}

/** None of a binding. Pure. */
export function rightsOf({ metadata, rules = [] }: Role): readonly Right[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((path) => {
        const [resource = '', subresource] = path.split('/');
        const { namespace } = metadata;
        const about = { group, resource, ...(subresource && { subresource }), ...(namespace && { namespace }) };
        return verbs.map((verb): Right => ({ verb, ...about }));
      }),
    ),
  );
}

const review: Kind = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};

interface AccessReview extends KubernetesObject {
  readonly spec: unknown;
  readonly status?: { readonly allowed: boolean };
}

/** The rights that the API says we lack, such as `patch persistentvolumes`. Nothing is created: a review is a question. */
export async function missingRights(
  cluster: Pick<KubernetesPort, 'create'>,
  rights: readonly Right[],
): Promise<readonly string[]> {
  const answers = await Promise.all(
    rights.map(async (right) => {
      const answer = await cluster.create<AccessReview>(review, {
        apiVersion: review.apiVersion,
        kind: review.kind,
        metadata: { name: '' }, // a review has no identity: the API rejects any
        spec: { resourceAttributes: right },
      });
      return answer.status?.allowed === true ? null : described(right);
    }),
  );
  return answers.filter((missing) => missing !== null);
}

function described({ verb, resource, subresource, namespace }: Right): string {
  const path = subresource === undefined ? resource : `${resource}/${subresource}`;
  return `${verb} ${path}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
