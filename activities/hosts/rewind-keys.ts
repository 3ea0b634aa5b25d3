/** A bounded list: every object counts, the first are named. */
export interface CountedNames {
  readonly count: number;
  /** By kind as etcd files it: `deployments`, `example.com/widgets`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** `deployments production/web`, the weightiest kinds first, at most `namedAtMost`. */
  readonly names: readonly string[];
}

/** What a return to a snapshot does to the objects of now. */
export interface Rewind {
  /** Where the objects of now were read. */
  readonly basis: string;
  /** Of the latest change among the objects of now. */
  readonly revision: number;
  /** Made since: gone afterwards. */
  readonly lost: CountedNames;
  /** Deleted since: back afterwards. */
  readonly returning: CountedNames;
  /** Changed since: as they were then. */
  readonly changed: CountedNames;
}

const namedAtMost = 60;

/** Renewed all the time or derived from others: counted, and named last. */
const lesser = [
  'events',
  'leases',
  'masterleases',
  'peerserverleases',
  'endpointslices',
  'endpoints',
  'ipaddresses',
  'ranges',
  'controllerrevisions',
  'replicasets',
  'pods',
];
const weighty = ['namespaces', 'persistentvolumes', 'persistentvolumeclaims', 'nodes', 'statefulsets', 'deployments'];

/** Pure. Keys with the revision of their last change. */
export function rewindOf(then: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>, basis: string): Rewind {
  const lost = [...now.keys()].filter((key) => !then.has(key));
  const returning = [...then.keys()].filter((key) => !now.has(key));
  const changed = [...then].filter(([key, revision]) => now.has(key) && now.get(key) !== revision).map(([key]) => key);
  let revision = 0;
  for (const changedAt of now.values()) revision = Math.max(revision, changedAt);
  return { basis, revision, lost: counted(lost), returning: counted(returning), changed: counted(changed) };
}

function counted(keys: readonly string[]): CountedNames {
  const objects = keys.map(objectOf);
  const kinds: Record<string, number> = {};
  for (const { kind } of objects) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const names = objects
    .map((object) => ({ weight: weightOf(object.kind), text: `${object.kind} ${object.name}` }))
    .sort((left, right) => left.weight - right.weight || (left.text < right.text ? -1 : 1))
    .slice(0, namedAtMost)
    .map(({ text }) => text);
  return { count: keys.length, kinds, names };
}

function weightOf(kind: string): number {
  const index = weighty.indexOf(kind);
  if (index >= 0) return index;
  return lesser.includes(kind) ? 100 + lesser.indexOf(kind) : 50;
}

/** `/registry/<kind>/[<namespace>/]<name>`; custom kinds have their group before them. */
function objectOf(key: string): { readonly kind: string; readonly name: string } {
  const [first = '', second = '', ...rest] = key.slice('/registry/'.length).split('/');
  if (first === 'services') return { kind: second === 'specs' ? 'services' : second, name: rest.join('/') };
  if (first.includes('.')) return { kind: `${first}/${second}`, name: rest.join('/') };
  return { kind: first === 'minions' ? 'nodes' : first, name: [second, ...rest].join('/') };
}
