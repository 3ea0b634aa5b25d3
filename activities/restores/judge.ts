import { downloadIfThere, downloadKnownBytes } from '../velero/download.ts';
import { parseResults, type RunMessage } from '../velero/results.ts';
import { comparable, differences } from './comparable.ts';
import { autoscaledIn, type CreatedContext, lostFields } from './created-object.ts';
import type { RestoreDependencies } from './dependencies.ts';
import { LiveKinds } from './live-kinds.ts';
import { modifies } from './modifiers.ts';
import { readSavedObjects, type SavedObject } from './saved-objects.ts';
import { readList, storeList } from './stored-list.ts';
import { nameOf } from './summarize.ts';
import type { FailedObject, JudgeInput, Judgement, PlannedObject } from './types.ts';

const mostFailures = 50;
const mostMessages = 20;

/**
 * Every planned object against the cluster as it is now: `Completed` alone says nothing of a single one. What Velero said is only the
 * reason for what is missing; a message that explains no object is told on its own.
 */
export async function judgeRestored(deps: RestoreDependencies, input: JudgeInput): Promise<Judgement> {
  const { regions, pace, archives } = deps;
  const cluster = deps.clusters.cluster(input.cluster);
  const planned = await readList<PlannedObject>(regions, input.lists.region, input.list, pace.signal());
  const target = { veleroNamespace: input.veleroNamespace, name: input.backup, holder: input };
  const bytes = await downloadKnownBytes({ cluster, files: deps.files, pace }, { ...target, kind: 'BackupContents' });
  const saved = new Map(
    (await readSavedObjects(archives, bytes, `BackupContents of ${input.backup}`)).map((one) => [keyOf(one), one]),
  );
  const messages = await messagesOf(deps, input);
  const live = await LiveKinds.of(cluster, pace.signal());
  const mapping = Object.fromEntries(
    planned.flatMap(({ from, namespace }) => (from !== null && namespace !== null ? [[from, namespace]] : [])),
  );
  const created = { mapping, modifiers: input.modifiers, autoscaled: autoscaledIn(saved.values()) };
  const failures: FailedObject[] = [];
  const counts = { restored: 0, asSaved: 0, left: 0 };
  for (const object of planned) {
    if (object.action === 'leave') {
      counts.left += 1;
      continue;
    }
    const found = await live.find(object.resource, object.namespace, object.name);
    const kept = saved.get(keyOf({ ...object, namespace: object.from }));
    const differs = found === null || kept === undefined ? [] : stillDiffers(object, found, kept, created);
    const failure = failureOf(object, found !== null, differs, messages);
    if (failure !== null) failures.push(failure);
    else if (object.action === 'same') counts.asSaved += 1;
    else counts.restored += 1;
  }
  const names = planned.map(({ name }) => name);
  const other = messages.filter(({ text }) => !names.some((name) => mentions(text, name)));
  const list = failures.length === 0 ? null : await storeList(regions, input.lists, input, 'failed', failures);
  return {
    ...counts,
    failed: failures.length,
    failures: failures.slice(0, mostFailures),
    otherMessages: [...new Set(other.map(({ text }) => shortened(text)))].slice(0, mostMessages),
    list,
  };
}

function stillDiffers(
  { action, resource }: PlannedObject,
  found: SavedObject['object'],
  kept: SavedObject,
  created: CreatedContext,
): string[] {
  if (action === 'create' || action === 'recreate') return lostFields(kept, found, created);
  // What a modifier changed is not as it was saved.
  if (created.modifiers.some((rule) => modifies(rule, kept))) return [];
  return differences(comparable(resource, kept.object, created.mapping), comparable(resource, found));
}

/** Null when the object is as the plan wanted it. Pure. */
export function failureOf(
  planned: PlannedObject,
  there: boolean,
  differs: readonly string[],
  messages: readonly RunMessage[],
): FailedObject | null {
  const object = nameOf(planned);
  const said = messages.find(
    ({ text, namespace }) => mentions(text, planned.name) && (namespace === null || namespace === planned.namespace),
  );
  const told = said === undefined ? '' : `; Velero: ${shortened(said.text)}`;
  switch (planned.action) {
    case 'keep':
      return {
        object,
        reason: `kept as it is, by the policy: ${differing(planned)}`,
        next: 'Start again with existing "update" or "recreate" where the saved state is wanted.',
      };
    case 'conflict':
      return {
        object,
        reason: `${planned.why ?? 'it cannot be changed'}: ${differing(planned)}`,
        next: 'Start again with existing "recreate", or change it by hand.',
      };
    case 'unserved':
      return {
        object,
        reason: planned.why ?? 'its kind is not served',
        next: 'Install what defines the kind, then start again.',
      };
    default:
      if (!there) {
        return {
          object,
          reason: `it is not in the cluster${told}`,
          next: 'Mend what the reason names, then start again: what is there already is left as it is.',
        };
      }
      if (differs.length > 0) {
        return {
          object,
          reason: `it differs from the saved one in ${differs.slice(0, 5).join(', ')}${told}`,
          next: 'Compare it by hand; something else may write these fields.',
        };
      }
      return null;
  }
}

function differing({ differs = [], why }: PlannedObject): string {
  return differs.length === 0 ? (why ?? 'it differs') : `differs in ${differs.slice(0, 5).join(', ')}`;
}

/** Velero names an object by its plain name in its sentences. */
function mentions(text: string, name: string): boolean {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(^|[^a-z0-9.-])${quoted}($|[^a-z0-9.-]|\\.($|\\s))`).test(text);
}

/** Messages of the API quote values of fields; a history must not hold those of Secrets. */
function shortened(text: string): string {
  return text.replace(/Invalid value: .*?(?=: |$)/gs, 'Invalid value').slice(0, 300);
}

async function messagesOf(deps: RestoreDependencies, input: JudgeInput): Promise<RunMessage[]> {
  const { files, pace, clusters } = deps;
  const cluster = clusters.cluster(input.cluster);
  const messages: RunMessage[] = [];
  for (const name of input.restores) {
    const target = { veleroNamespace: input.veleroNamespace, name, kind: 'RestoreResults' as const, holder: input };
    // A restore that a restarted server gave up has no results.
    const text = await downloadIfThere({ cluster, files, pace }, target);
    if (text === null) continue;
    const { errors, warnings } = parseResults(text, `RestoreResults of ${name}`);
    messages.push(...errors, ...warnings);
  }
  return messages;
}

function keyOf({ resource, namespace, name }: Pick<SavedObject, 'resource' | 'namespace' | 'name'>): string {
  return `${resource} ${namespace ?? ''} ${name}`;
}
