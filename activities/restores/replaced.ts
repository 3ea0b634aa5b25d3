import { gunzipSync, gzipSync } from 'node:zlib';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { type SealedDocument, seal, sealedBytes } from '../hosts/sealing.ts';
import { cleanDefinition } from '../kubernetes/definitions.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import type { RestoreDependencies } from './dependencies.ts';
import { LiveKinds } from './live-kinds.ts';
import { readList, storeList } from './stored-list.ts';
import { nameOf } from './summarize.ts';
import type { ListedObjectsInput, PlannedObject, StoredList } from './types.ts';

/** An object that is deleted to be made anew, exactly as it was. */
interface ReplacedObject {
  readonly resource: string;
  readonly uid: string;
  readonly object: KubernetesObject;
}

/** Saves the definitions of all objects that will be recreated, sealed, because Secrets may be among them. */
export async function saveReplaced(deps: RestoreDependencies, input: ListedObjectsInput): Promise<StoredList> {
  const { regions, pace } = deps;
  const sealing = deps.sealing();
  if (sealing === null) {
    throw new RekindleError('precondition-unmet', 'nothing is deleted without a codec key that seals what was there');
  }
  const live = await LiveKinds.of(deps.clusters.cluster(input.cluster), pace.signal());
  const replaced: ReplacedObject[] = [];
  for (const { resource, namespace, name } of await toRecreate(deps, input)) {
    const object = await live.find(resource, namespace, name);
    if (object !== null) replaced.push({ resource, uid: object.metadata.uid ?? '', object });
  }
  const sealed = seal(sealing, gzipSync(JSON.stringify(replaced)));
  return { ...(await storeList(regions, input.lists, input, 'replaced', [sealed])), objects: replaced.length };
}

/** Deletes exactly the saved objects, each by its uid. Returns one line. */
export async function removeReplaced(
  deps: RestoreDependencies,
  input: ListedObjectsInput & { readonly saved: StoredList },
): Promise<string> {
  const cluster = deps.clusters.cluster(input.cluster);
  const live = await LiveKinds.of(cluster, deps.pace.signal());
  const removed: string[] = [];
  for (const { resource, uid, object } of await readReplaced(deps, input.lists.region, input.saved)) {
    const kind = live.kind(resource);
    if (kind === null) continue;
    const there = await cluster.read(kind, object.metadata, deps.pace.signal());
    if (there === null || there.metadata.uid !== uid) continue;
    await cluster.remove(kind, object.metadata, { uid });
    removed.push(`${kind.kind} ${object.metadata.name}`);
  }
  await untilGone(deps, input, live);
  return `${removed.length} deleted${removed.length === 0 ? '' : `: ${removed.slice(0, 10).join(', ')}`}`;
}

/** Makes the saved objects again where nothing of their name is. Returns one line. */
export async function putBackReplaced(
  deps: RestoreDependencies,
  input: ListedObjectsInput & { readonly saved: StoredList | null },
): Promise<string> {
  if (input.saved === null) return 'nothing was deleted';
  const cluster = deps.clusters.cluster(input.cluster);
  const live = await LiveKinds.of(cluster, deps.pace.signal());
  const back: string[] = [];
  for (const { resource, object } of await readReplaced(deps, input.lists.region, input.saved)) {
    const kind = live.kind(resource);
    if (kind === null || (await cluster.read(kind, object.metadata, deps.pace.signal())) !== null) continue;
    await cluster.create(kind, cleanDefinition(object));
    back.push(`${kind.kind} ${object.metadata.name}`);
  }
  return `${back.length} made again${back.length === 0 ? '' : `: ${back.slice(0, 10).join(', ')}`}`;
}

async function toRecreate({ regions, pace }: RestoreDependencies, { lists, list }: ListedObjectsInput) {
  const planned = await readList<PlannedObject>(regions, lists.region, list, pace.signal());
  return planned.filter(({ action }) => action === 'recreate');
}

const goneSeconds = 60;

/** A finalizer may hold an object on: then it must not be taken for made anew. */
async function untilGone(
  deps: RestoreDependencies,
  input: ListedObjectsInput & { readonly saved: StoredList },
  live: LiveKinds,
): Promise<void> {
  const { pace } = deps;
  const cluster = deps.clusters.cluster(input.cluster);
  const until = pace.now() + goneSeconds * 1000;
  for (const { resource, uid, object } of await readReplaced(deps, input.lists.region, input.saved)) {
    const kind = live.kind(resource);
    if (kind === null) continue;
    while ((await cluster.read(kind, object.metadata, pace.signal()))?.metadata.uid === uid) {
      const told = nameOf({
        kind: kind.kind,
        namespace: object.metadata.namespace ?? null,
        name: object.metadata.name,
      });
      if (pace.now() >= until)
        throw new RekindleError('not-yet', `${told} is still there after ${goneSeconds} s: a finalizer holds it`);
      pace.report(`${told} is being deleted`);
      await pace.sleep(500);
    }
  }
}

async function readReplaced(
  { regions, sealing: keyOf, pace }: RestoreDependencies,
  region: string,
  saved: StoredList,
): Promise<readonly ReplacedObject[]> {
  const sealing = keyOf();
  const [document] = await readList<SealedDocument>(regions, region, saved, pace.signal());
  if (sealing === null || document === undefined) {
    throw new RekindleError(
      'precondition-unmet',
      `s3://${saved.bucket}/${saved.key} cannot be opened without the codec key`,
    );
  }
  return JSON.parse(gunzipSync(sealedBytes(sealing, document)).toString('utf8')) as ReplacedObject[];
}
