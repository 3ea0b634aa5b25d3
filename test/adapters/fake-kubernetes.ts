import { describeRef, type Kind, kinds, type ObjectRef, objectPath } from '../../activities/kubernetes/kinds.ts';
import type {
  Eviction,
  ExecInput,
  ExecOutcome,
  KubernetesClusters,
  KubernetesObject,
  KubernetesPort,
  ListSelection,
  MergePatch,
  Precondition,
  Watched,
} from '../../activities/kubernetes/port.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';

/** A cluster in memory: objects by path, and whatever a test answers to exec. Selectors are not understood. */
export class FakeKubernetes implements KubernetesPort {
  readonly cluster = 'prod';
  readonly clusters: KubernetesClusters = { cluster: () => this };
  /** Effects in order: `create VolumeSnapshot ns/name`. */
  readonly effects: string[] = [];
  readonly execs: ExecInput[] = [];
  /** Kinds that the cluster does not serve, by plural. */
  readonly unserved = new Set<string>();
  /** The reply of the next creation is lost after its effect. */
  loseCreationReply = false;
  answerExec: (input: ExecInput) => Promise<ExecOutcome> = async () => {
    throw new RekindleError('unavailable', 'no exec in this test');
  };
  /** The refusal of a rehearsed patch, or null. */
  refusePatch: (body: MergePatch) => string | null = () => null;
  readonly #objects = new Map<string, { readonly kind: Kind; object: KubernetesObject }>();
  #last = 0;

  add<T extends KubernetesObject>(kind: Kind, object: T): T {
    this.#last += 1;
    const metadata = { ...object.metadata, uid: `uid-${this.#last}`, resourceVersion: String(this.#last) };
    const stored = { ...object, apiVersion: kind.apiVersion, kind: kind.kind, metadata };
    this.#objects.set(objectPath(kind, metadata), { kind, object: stored });
    return stored;
  }

  /** Changes an object as a controller would. */
  edit(kind: Kind, ref: ObjectRef, change: Record<string, unknown>): void {
    const entry = this.#entry(kind, ref);
    this.#last += 1;
    const changed = merged(entry.object, change) as KubernetesObject;
    entry.object = { ...changed, metadata: { ...changed.metadata, resourceVersion: String(this.#last) } };
  }

  has(kind: Kind, ref: ObjectRef): boolean {
    return this.#objects.has(objectPath(kind, ref));
  }

  async read<T extends KubernetesObject>(kind: Kind, ref: ObjectRef): Promise<T | null> {
    return (this.#objects.get(objectPath(kind, ref))?.object as T | undefined) ?? null;
  }

  async list<T extends KubernetesObject>(kind: Kind, selection: ListSelection = {}): Promise<readonly T[]> {
    return [...this.#objects.values()]
      .filter((entry) => entry.kind.plural === kind.plural)
      .map((entry) => entry.object as T)
      .filter((object) => selection.namespace === undefined || object.metadata.namespace === selection.namespace);
  }

  async watch(): Promise<Watched> {
    return { expired: false, events: [] };
  }

  async serves(kind: Kind): Promise<boolean> {
    return !this.unserved.has(kind.plural);
  }

  async discover(): Promise<readonly Kind[]> {
    return [...new Map([...this.#objects.values()].map(({ kind }) => [kind.plural, kind])).values()];
  }

  async create<T extends KubernetesObject>(kind: Kind, object: T): Promise<T> {
    const label = describeRef(kind, object.metadata);
    if (this.has(kind, object.metadata)) throw new RekindleError('already-exists', label);
    this.effects.push(`create ${label}`);
    const stored = this.add(kind, object);
    if (this.loseCreationReply) {
      this.loseCreationReply = false;
      throw new RekindleError('reply-lost', label);
    }
    return stored;
  }

  async patch<T extends KubernetesObject>(
    kind: Kind,
    ref: ObjectRef,
    body: MergePatch,
    when: Precondition = {},
  ): Promise<T> {
    this.#check(kind, ref, when);
    this.effects.push(`patch ${describeRef(kind, ref)} ${JSON.stringify(body)}`);
    this.edit(kind, ref, body);
    return this.#entry(kind, ref).object as T;
  }

  async rehearsePatch(_kind: Kind, _ref: ObjectRef, body: MergePatch): Promise<string | null> {
    return this.refusePatch(body);
  }

  async apply<T extends KubernetesObject>(kind: Kind, object: T, { rehearse = false } = {}): Promise<T> {
    if (rehearse) return object;
    this.effects.push(`apply ${describeRef(kind, object.metadata)}`);
    return this.add(kind, object);
  }

  async remove(kind: Kind, ref: ObjectRef, when: Precondition = {}): Promise<boolean> {
    if (!this.has(kind, ref)) return false;
    this.#check(kind, ref, when);
    this.effects.push(`remove ${describeRef(kind, ref)}`);
    return this.#objects.delete(objectPath(kind, ref));
  }

  /** What the API server would answer to an eviction; by default the pod goes. */
  answerEviction: (ref: ObjectRef) => Eviction = () => ({ outcome: 'accepted', message: '' });

  async evict(ref: ObjectRef, uid: string): Promise<Eviction> {
    const answer = this.answerEviction(ref);
    if (answer.outcome !== 'accepted') return answer;
    return (await this.remove(kinds.pod, ref, { uid })) ? answer : { outcome: 'gone', message: '' };
  }

  async exec(input: ExecInput): Promise<ExecOutcome> {
    this.execs.push(input);
    return this.answerExec(input);
  }

  #entry(kind: Kind, ref: ObjectRef): { object: KubernetesObject } {
    const entry = this.#objects.get(objectPath(kind, ref));
    if (entry === undefined) throw new RekindleError('not-found', describeRef(kind, ref));
    return entry;
  }

  #check(kind: Kind, ref: ObjectRef, when: Precondition): void {
    const { metadata } = this.#entry(kind, ref).object;
    if (when.uid !== undefined && when.uid !== metadata.uid) throw new RekindleError('conflict', 'uid');
    if (when.resourceVersion !== undefined && when.resourceVersion !== metadata.resourceVersion) {
      throw new RekindleError('conflict', 'resourceVersion');
    }
  }
}

/** JSON merge patch. */
function merged(before: unknown, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
  const result: Record<string, unknown> = { ...(before as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
