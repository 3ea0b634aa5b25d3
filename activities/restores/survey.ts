import { RekindleError } from '../../errors/rekindle-error.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import { downloadIfThere, downloadKnown, downloadKnownBytes } from '../velero/download.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject } from '../velero/objects.ts';
import { parseResults } from '../velero/results.ts';
import { backupSummary } from '../velero/translate.ts';
import { claimFindings } from './claim-findings.ts';
import type { RestoreDependencies } from './dependencies.ts';
import { parseSelector } from './label-selector.ts';
import { LiveKinds } from './live-kinds.ts';
import { planObjects } from './plan-objects.ts';
import { readSavedObjects, type SavedObject } from './saved-objects.ts';
import { selectObjects } from './select-objects.ts';
import { storeList } from './stored-list.ts';
import { summarize } from './summarize.ts';
import type { NamespaceState, PlannedObject, RestoreSurvey, SurveyInput } from './types.ts';
import { parseVolumeInfos } from './volume-infos.ts';
import { deadWebhooks } from './webhooks.ts';

const mostErrors = 20;
const mostFindings = 50;
/** What the recovery changes. */
export const changingActions: ReadonlySet<string> = new Set(['create', 'update', 'recreate']);

/** Reads the backup and the cluster, and plans every object. Changes nothing but the list that it stores. */
export async function surveyRestore(deps: RestoreDependencies, input: SurveyInput): Promise<RestoreSurvey> {
  const { clusters, files, archives, pace } = deps;
  const signal = pace.signal();
  const cluster = clusters.cluster(input.cluster);
  const backup = await cluster.read<BackupObject>(
    veleroKinds.backup,
    { namespace: input.veleroNamespace, name: input.backup },
    signal,
  );
  if (backup === null)
    throw new RekindleError('not-found', `Backup ${input.backup} is not in cluster ${input.cluster}`);
  const sources = { cluster, files, pace };
  const target = { veleroNamespace: input.veleroNamespace, name: input.backup, holder: input };
  const [bytes, results, infos] = await Promise.all([
    downloadKnownBytes(sources, { ...target, kind: 'BackupContents' }),
    downloadKnown(sources, { ...target, kind: 'BackupResults' }),
    downloadIfThere(sources, { ...target, kind: 'BackupVolumeInfos' }),
  ]);
  const saved = await readSavedObjects(archives, bytes, `BackupContents of ${input.backup}`);
  return surveySaved(deps, input, { backup, saved, results, infos });
}

/** What was read of a backup, wherever it was read from. */
export interface ReadBackup {
  readonly backup: BackupObject;
  readonly saved: readonly SavedObject[];
  /** Velero's files of results and of volumes; null where there is none. */
  readonly results: string;
  readonly infos: string | null;
}

/** Plans every object of a backup that was read, against the cluster as it is now. */
export async function surveySaved(
  deps: RestoreDependencies,
  input: SurveyInput,
  { backup, saved, results, infos }: ReadBackup,
): Promise<RestoreSurvey> {
  const { clusters, regions, pace } = deps;
  const signal = pace.signal();
  const cluster = clusters.cluster(input.cluster);
  const labelSelector = input.selector === null ? null : parseSelector(input.selector);
  if (input.selector !== null && labelSelector === null) {
    throw new RekindleError(
      'invalid-input',
      `selector: got ${JSON.stringify(input.selector)}, allowed is a label selector such as tier=frontend`,
    );
  }
  const live = await LiveKinds.of(cluster, signal);
  const includedResources = input.resources === null ? null : fullNames(input.resources, live, saved);
  const selected = selectObjects(saved, { namespaces: input.namespaces, resources: includedResources, labelSelector });
  const volumes = parseVolumeInfos(infos, `BackupVolumeInfos of ${input.backup}`);
  const { objects, excludedResources } = await planObjects(selected, { cluster, live, volumes, options: input });
  const changed = objects.filter(({ action }) => changingActions.has(action));
  const { states, labels } = await namespaceStates(deps, input, objects, saved);
  const remapped = Object.keys(input.namespaceMapping).length > 0;
  const { zones } = input;
  const { findings, withData } = await claimFindings(cluster, saved, objects, volumes, { remapped, zones, signal });
  const { errors } = parseResults(results, `BackupResults of ${input.backup}`);
  return {
    backup: backupSummary(backup),
    backupErrors: errors
      .slice(0, mostErrors)
      .map(({ namespace, text }) => (namespace === null ? text : `${namespace}: ${text}`)),
    ...summarize(objects),
    list: await storeList(regions, input.lists, input, 'plan', objects),
    namespaces: states,
    excludedResources,
    includedResources: includedResources?.filter((resource) => !excludedResources.includes(resource)) ?? null,
    labelSelector,
    unservedKinds: [...new Set(objects.flatMap(({ action, resource }) => (action === 'unserved' ? resource : [])))],
    webhooks: await deadWebhooks(cluster, changed, labels, signal),
    claims: findings.slice(0, mostFindings),
    claimsWithData: withData,
  };
}

/** A word that means no kind of the cluster may still be one of the backup, which the cluster does not serve. */
function fullNames(words: readonly string[], live: LiveKinds, saved: readonly SavedObject[]): string[] {
  const inBackup = new Set(saved.map(({ resource }) => resource));
  const names = new Set(
    words.flatMap((word) => {
      const served = live.namesOf(word);
      const known =
        served.length > 0 ? served : [...inBackup].filter((one) => one === word || one.split('.')[0] === word);
      if (known.length > 0) return known;
      throw new RekindleError(
        'invalid-input',
        `resources: got ${JSON.stringify(word)}, which is no kind of the cluster or the backup; allowed are names such as deployments or statefulsets.apps`,
      );
    }),
  );
  // A claim that comes back without its volume object waits for it for ever.
  if (names.has('persistentvolumeclaims')) names.add('persistentvolumes');
  return [...names].sort();
}

async function namespaceStates(
  { clusters, pace }: RestoreDependencies,
  { cluster: name, namespaceMapping }: SurveyInput,
  objects: readonly PlannedObject[],
  saved: readonly SavedObject[],
) {
  const cluster = clusters.cluster(name);
  const there = new Map(
    (await cluster.list<NamespaceObject>(kinds.namespace, {}, pace.signal())).map((one) => [one.metadata.name, one]),
  );
  const savedLabels = new Map(
    saved
      .filter(({ resource }) => resource === 'namespaces')
      .map((one) => [one.name, one.object.metadata.labels ?? {}]),
  );
  const sources = new Set(objects.flatMap(({ from }) => from ?? []));
  const labels = new Map<string, Readonly<Record<string, string>>>();
  const states = [...sources].sort().map((from): NamespaceState => {
    const target = namespaceMapping[from] ?? from;
    const found = there.get(target);
    labels.set(target, {
      ...(found?.metadata.labels ?? savedLabels.get(from)),
      'kubernetes.io/metadata.name': target,
    });
    const changes = objects.filter((one) => one.from === from && changingActions.has(one.action)).length;
    const terminating = found?.metadata.deletionTimestamp !== undefined;
    const state = found === undefined ? 'absent' : terminating ? 'terminating' : 'active';
    const held = (found?.status?.conditions ?? [])
      .filter(({ status }) => status === 'True')
      .map(({ type, message }) => `${type}: ${message ?? ''}`);
    return { from, name: target, state, held: terminating ? held : [], changes };
  });
  return { states, labels };
}

interface NamespaceObject extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}
