import type { Kind } from '../kubernetes/kinds.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import type { BackedUpItem } from './types.ts';

export interface LiveComparison {
  readonly absent: readonly BackedUpItem[];
  readonly unservedTypes: readonly string[];
}

/** Looks for each object in the cluster itself, one list for each kind and namespace. What is being deleted counts as absent. */
export async function compareWithLive(
  cluster: KubernetesPort,
  items: readonly BackedUpItem[],
  signal: AbortSignal,
): Promise<LiveComparison> {
  if (items.length === 0) return { absent: [], unservedTypes: [] };
  const served = new Map((await cluster.discover(signal)).map((kind) => [groupKind(typeOf(kind)), kind]));
  const groups = new Map<string, BackedUpItem[]>();
  for (const item of items) {
    const key = `${item.type} ${item.namespace ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const absent: BackedUpItem[] = [];
  const unserved = new Set<string>();
  for (const group of groups.values()) {
    const [{ type, namespace }] = group as [BackedUpItem];
    const kind = served.get(groupKind(type));
    if (kind === undefined) {
      unserved.add(type);
      continue;
    }
    const found = await cluster.list(kind, namespace === null ? {} : { namespace }, signal);
    const names = new Set(
      found.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name),
    );
    absent.push(...group.filter(({ name }) => !names.has(name)));
  }
  return { absent, unservedTypes: [...unserved].sort() };
}

function typeOf({ apiVersion, kind }: Kind): string {
  return `${apiVersion}/${kind}`;
}

/** `apps/v1/Deployment` -> `apps/Deployment`: a kind that is served in another version now is the same kind. */
function groupKind(type: string): string {
  const parts = type.split('/');
  return parts.length === 3 ? `${parts[0]}/${parts[2]}` : `/${parts.at(-1)}`;
}
