import type { KubernetesObject } from '../kubernetes/port.ts';

/** Annotations that controllers, tools and recoveries write, and that say nothing of what a person wanted. */
const ownAnnotations =
  /^(deployment\.kubernetes\.io\/revision|deprecated\.daemonset\.template\.generation$|control-plane\.alpha\.kubernetes\.io\/leader$|kubectl\.kubernetes\.io\/last-applied-configuration|(pv|volume|volume\.beta)\.kubernetes\.io\/|([a-z-]+\.)?velero\.io\/|rekindle\.io\/|kubernetes\.io\/service-account\.uid$)/;
const ownLabels = /^(velero\.io\/|kubernetes\.io\/metadata\.name$)/;

/** Kinds whose content another system makes anew: there is only whether they are there. */
const byPresence: ReadonlySet<string> = new Set([
  'persistentvolumes',
  'namespaces',
  'pods',
  'jobs.batch',
  'leases.coordination.k8s.io',
  'volumesnapshots.snapshot.storage.k8s.io',
  'volumesnapshotcontents.snapshot.storage.k8s.io',
]);

type Tree = Readonly<Record<string, unknown>>;

/**
 * What of an object must be equal before and after a restore: without what servers, controllers and Velero's own actions write. `to`
 * is the namespace that it is called by in the cluster, where another one than in the object. Pure.
 */
export function comparable(
  resource: string,
  object: KubernetesObject,
  mapping: Readonly<Record<string, string>> = {},
): Tree {
  const { apiVersion: _version, kind: _kind, status: _status, metadata, ...rest } = object;
  const head = {
    labels: without(metadata.labels ?? {}, ownLabels),
    annotations: without(metadata.annotations ?? {}, ownAnnotations),
  };
  if (byPresence.has(resource)) return {};
  return { ...head, ...bodyOf(resource, rest, mapping) };
}

function bodyOf(resource: string, rest: Tree, mapping: Readonly<Record<string, string>>): Tree {
  switch (resource) {
    case 'services':
      return { ...rest, spec: withoutAddresses(treeOf(rest.spec)) };
    case 'persistentvolumeclaims':
      return { ...rest, spec: omit(treeOf(rest.spec), ['volumeName']) };
    case 'serviceaccounts':
      return omit(rest, ['secrets']);
    case 'secrets':
      return rest.type === 'kubernetes.io/service-account-token' ? { type: rest.type } : rest;
    case 'rolebindings.rbac.authorization.k8s.io':
    case 'clusterrolebindings.rbac.authorization.k8s.io':
      return { ...rest, subjects: listOf(rest.subjects).map((subject) => mapped(subject, mapping)) };
    default:
      return rest;
  }
}

/** Addresses and ports that the cluster gives out; a headless service keeps its `None`. */
function withoutAddresses(spec: Tree): Tree {
  const kept = omit(spec, ['clusterIPs', 'healthCheckNodePort', ...(spec.clusterIP === 'None' ? [] : ['clusterIP'])]);
  return { ...kept, ports: listOf(spec.ports).map((port) => omit(port, ['nodePort'])) };
}

function mapped(subject: Tree, mapping: Readonly<Record<string, string>>): Tree {
  const { namespace } = subject;
  return typeof namespace === 'string' && mapping[namespace] !== undefined
    ? { ...subject, namespace: mapping[namespace] }
    : subject;
}

/** Paths at which two values differ, `spec.template.spec.containers[0].image`; at most `most`. Never a value. Pure. */
export function differences(left: unknown, right: unknown, most = 10): string[] {
  const found: string[] = [];
  walk(left, right, '', found, most);
  return found;
}

function walk(left: unknown, right: unknown, path: string, found: string[], most: number): void {
  if (found.length >= most || left === right || (isEmpty(left) && isEmpty(right))) return;
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    for (const [index, value] of left.entries()) walk(value, right[index], `${path}[${index}]`, found, most);
    return;
  }
  if (isTree(left) && isTree(right)) {
    for (const field of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      walk(left[field], right[field], path === '' ? field : `${path}.${field}`, found, most);
    }
    return;
  }
  found.push(path);
}

/** The API leaves out what is empty. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isTree(value) && Object.values(value).every(isEmpty);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function listOf(value: unknown): Tree[] {
  return Array.isArray(value) ? value.filter(isTree) : [];
}

function omit(tree: Tree, fields: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([field]) => !fields.includes(field)));
}

function without(tree: Readonly<Record<string, string>>, names: RegExp): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => !names.test(name)));
}
