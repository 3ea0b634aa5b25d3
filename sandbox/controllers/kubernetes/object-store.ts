/**
 * A live copy of all objects of one kind. Invariants:
 * 1. After any break of the watch everything is listed anew: the store survives an etcd that was rewound to an earlier
 *    revision, because it compares objects and never resource versions.
 * 2. `onChange` is called once for each object that was added, changed or removed, also when that happened unseen.
 */
import type { KubernetesObject } from '@kubernetes/client-node';
import type { KubernetesApi } from './kubernetes-api.ts';
import { isNotFound } from './kubernetes-error.ts';
import type { ObjectName, Resource } from './resource.ts';

export function keyOf(object: KubernetesObject | ObjectName): string {
  const { name = '', namespace } = 'metadata' in object || !('name' in object) ? (object.metadata ?? {}) : object;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function nameOf(key: string): ObjectName {
  const [first = '', second] = key.split('/');
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

export type ChangeListener<T> = (key: string, now: T | undefined, before: T | undefined) => void;

export class ObjectStore<T extends KubernetesObject> {
  readonly #api: KubernetesApi;
  readonly #resource: Resource;
  readonly #objects = new Map<string, T>();
  readonly #listeners: ChangeListener<T>[] = [];
  readonly #report: (line: string) => void;
  #listed = false;
  #lastReport = '';

  constructor(api: KubernetesApi, resource: Resource, report: (line: string) => void) {
    this.#api = api;
    this.#resource = resource;
    this.#report = report;
  }

  /** True once the whole collection has been read. */
  get ready(): boolean {
    return this.#listed;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  onChange(listener: ChangeListener<T>): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners of everything that is there: for those that came after the first list. */
  announce(): void {
    for (const [key, object] of this.#objects) for (const listener of this.#listeners) listener(key, object, undefined);
  }

  /** Follows the API until `signal` is aborted. Never throws: it tries again for ever. */
  async run(signal: AbortSignal): Promise<void> {
    let waitMs = 200;
    while (!signal.aborted) {
      try {
        let version = await this.#relist();
        waitMs = 200;
        // A watch that ends in good order goes on from where it stopped; all else begins with a new list.
        for (let healthy = true; healthy && !signal.aborted; ) {
          const before = version;
          await this.#api.watch(
            this.#resource,
            version,
            (event) => {
              if (event.type === 'ERROR') {
                healthy = false;
                return;
              }
              version = event.object.metadata?.resourceVersion ?? version;
              if (event.type !== 'BOOKMARK') this.#apply(event.type, event.object as T);
            },
            signal,
          );
          if (version === before) healthy = false;
        }
      } catch (error) {
        if (signal.aborted) return;
        // Kinds that are not installed yet are no news; and no message is told twice in a row.
        const message = `${this.#resource.plural}: ${(error as Error).message.trim()}`;
        if (!isNotFound(error) && message !== this.#lastReport) this.#report(message);
        this.#lastReport = message;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        waitMs = Math.min(waitMs * 2, 2_000);
      }
    }
  }

  async #relist(): Promise<string> {
    const { items, metadata } = await this.#api.list<T>(this.#resource);
    const fresh = new Map(items.map((item) => [keyOf(item), item]));
    for (const key of this.keys()) if (!fresh.has(key)) this.#set(key, undefined);
    this.#listed = true;
    for (const [key, item] of fresh) this.#set(key, item);
    return metadata.resourceVersion;
  }

  #apply(type: string, object: T): void {
    this.#set(keyOf(object), type === 'DELETED' ? undefined : object);
  }

  #set(key: string, now: T | undefined): void {
    const before = this.#objects.get(key);
    if (now === undefined) this.#objects.delete(key);
    else this.#objects.set(key, now);
    const same =
      before?.metadata?.resourceVersion === now?.metadata?.resourceVersion &&
      before?.metadata?.uid === now?.metadata?.uid;
    if (!same) for (const listener of this.#listeners) listener(key, now, before);
  }
}
