import type { Kind } from '../kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';

/** `deployments.apps`, `services`: as Velero names a kind. */
export function resourceOf({ apiVersion, plural }: Kind): string {
  const [group] = apiVersion.split('/');
  return apiVersion.includes('/') ? `${plural}.${group}` : plural;
}

/** The kinds of a cluster by Velero's names, and its objects, each list read once. */
export class LiveKinds {
  readonly #cluster: KubernetesPort;
  readonly #signal: AbortSignal;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, KubernetesObject>>>();

  private constructor(cluster: KubernetesPort, signal: AbortSignal, kinds: readonly Kind[]) {
    this.#cluster = cluster;
    this.#signal = signal;
    this.#kinds = new Map(kinds.map((kind) => [resourceOf(kind), kind]));
  }

  static async of(cluster: KubernetesPort, signal: AbortSignal): Promise<LiveKinds> {
    return new LiveKinds(cluster, signal, await cluster.discover(signal));
  }

  all(): readonly Kind[] {
    return [...this.#kinds.values()];
  }

  kind(resource: string): Kind | null {
    return this.#kinds.get(resource) ?? null;
  }

  /** Full names of the kinds that a person may mean by `deployments`, `Deployment` or `deployments.apps`. */
  namesOf(word: string): string[] {
    const wanted = word.toLowerCase();
    return [...this.#kinds]
      .filter(([resource, { plural, kind }]) => [resource, plural, kind.toLowerCase()].includes(wanted))
      .map(([resource]) => resource);
  }

  /** Null when it is not there, being deleted, or of a kind that is not served. */
  async find(resource: string, namespace: string | null, name: string): Promise<KubernetesObject | null> {
    const kind = this.kind(resource);
    if (kind === null) return null;
    const key = `${resource} ${namespace ?? ''}`;
    const list = this.#lists.get(key) ?? this.#read(kind, namespace);
    this.#lists.set(key, list);
    return (await list).get(name) ?? null;
  }

  async #read(kind: Kind, namespace: string | null): Promise<ReadonlyMap<string, KubernetesObject>> {
    const selection = kind.namespaced && namespace !== null ? { namespace } : {};
    const found = await this.#cluster.list(kind, selection, this.#signal);
    const there = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return new Map(there.map((object) => [object.metadata.name, object]));
  }
}
