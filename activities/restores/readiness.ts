import { RekindleError } from '../../errors/rekindle-error.ts';
import { limitConcurrency } from '../coordination/limit-concurrency.ts';
import { detectDatabase } from '../databases/detection.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { PersistentVolumeClaim, Pod, Workload } from '../kubernetes/objects.ts';
import { poll } from '../kubernetes/polling.ts';
import { isObserved } from '../kubernetes/stop-observed.ts';
import type { RestoreDependencies } from './dependencies.ts';
import { readList } from './stored-list.ts';
import { nameOf } from './summarize.ts';
import type { PlannedObject, Readiness, ReadinessInput } from './types.ts';

const workloadKinds = {
  'deployments.apps': kinds.deployment,
  'statefulsets.apps': kinds.statefulSet,
} as const;
const mostMissing = 20;
const mostDatabases = 10;
const restored: ReadonlySet<string> = new Set(['create', 'update', 'recreate', 'same']);

/** Waits until every claim is bound and every workload has its ready replicas; at the limit tells which are not. */
export async function waitRestoredReady(deps: RestoreDependencies, input: ReadinessInput): Promise<Readiness> {
  const { regions, pace } = deps;
  const planned = (await readList<PlannedObject>(regions, input.lists.region, input.list, pace.signal())).filter(
    ({ action }) => restored.has(action),
  );
  let last: Readiness | null = null;
  try {
    last = await poll(pace, input.limitSeconds, 'not-yet', async () => {
      last = await look(deps, input.cluster, planned);
      const missing = [...last.claims.missing, ...last.workloads.missing];
      return missing.length === 0 ? { done: last } : { missing: missing.slice(0, 3).join('; ') };
    });
  } catch (error) {
    if (!(error instanceof RekindleError && error.code === 'not-yet') || last === null) throw error;
  }
  const { claims, workloads } = last;
  return {
    claims: { ...claims, missing: claims.missing.slice(0, mostMissing) },
    workloads: { ...workloads, missing: workloads.missing.slice(0, mostMissing) },
    databases: await databases(deps, input.cluster, planned),
  };
}

async function look(
  { clusters, pace }: RestoreDependencies,
  cluster: string,
  planned: readonly PlannedObject[],
): Promise<Readiness> {
  const port = clusters.cluster(cluster);
  const list = once((kind: (typeof kinds)[keyof typeof kinds], namespace: string) =>
    port.list(kind, { namespace }, pace.signal()),
  );
  const claims = { bound: 0, missing: [] as string[] };
  const workloads = { ready: 0, missing: [] as string[] };
  for (const object of planned) {
    const { namespace, name, resource } = object;
    if (namespace === null) continue;
    if (resource === 'persistentvolumeclaims') {
      const found = (await list(kinds.claim, namespace)).find(({ metadata }) => metadata.name === name);
      const { status } = (found ?? {}) as Partial<PersistentVolumeClaim>;
      if (status?.phase === 'Bound') claims.bound += 1;
      else claims.missing.push(`${nameOf(object)} is ${status?.phase ?? 'absent'}`);
    }
    if (resource in workloadKinds) {
      const kind = workloadKinds[resource as keyof typeof workloadKinds];
      const found = (await list(kind, namespace)).find(({ metadata }) => metadata.name === name);
      const missing = unready(found as Workload | undefined);
      if (missing === null) workloads.ready += 1;
      else workloads.missing.push(`${nameOf(object)}: ${missing}`);
    }
  }
  return { claims, workloads, databases: [] };
}

function unready(workload: Workload | undefined): string | null {
  if (workload === undefined) return 'absent';
  const wanted = workload.spec.replicas ?? 1;
  const { readyReplicas = 0 } = workload.status ?? {};
  if (!isObserved(workload)) return 'its controller has not seen it yet';
  return readyReplicas >= wanted ? null : `${readyReplicas} of ${wanted} replicas are ready`;
}

/** Ready pods of the restored namespaces that run a PostgreSQL: the database that can be asked. */
async function databases({ clusters, pace }: RestoreDependencies, cluster: string, planned: readonly PlannedObject[]) {
  const port = clusters.cluster(cluster);
  const withClaims = new Set(
    planned.flatMap(({ resource, namespace }) => (resource === 'persistentvolumeclaims' ? (namespace ?? []) : [])),
  );
  const limited = limitConcurrency(4);
  const found = await Promise.all(
    [...withClaims].sort().map((namespace) =>
      limited('pods', async () => {
        const pods = await port.list<Pod>(kinds.pod, { namespace }, pace.signal());
        return pods.filter(isReady).flatMap(({ metadata, spec }) => {
          const { name, labels = {}, annotations = {} } = metadata;
          const pod = { name, labels, annotations, containers: spec.containers ?? [] };
          const database = detectDatabase({ pod });
          return database?.kind === 'postgresql' ? [{ namespace, pod: name, container: database.container }] : [];
        });
      }),
    ),
  );
  return found.flat().slice(0, mostDatabases);
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
}

/** Each list is read once a look. */
function once<K extends { readonly plural: string }, T>(read: (kind: K, namespace: string) => Promise<T>) {
  const read_ = new Map<string, Promise<T>>();
  return (kind: K, namespace: string): Promise<T> => {
    const key = `${kind.plural} ${namespace}`;
    const known = read_.get(key) ?? read(kind, namespace);
    read_.set(key, known);
    return known;
  };
}
