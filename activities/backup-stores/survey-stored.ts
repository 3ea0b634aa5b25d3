import { RekindleError } from '../../errors/rekindle-error.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { Node } from '../kubernetes/objects.ts';
import type { KubernetesPort } from '../kubernetes/port.ts';
import { zoneOf } from '../kubernetes/scheduling.ts';
import type { ObjectStores } from '../objects/port.ts';
import type { RestoreDependencies } from '../restores/dependencies.ts';
import { leftAlone } from '../restores/left-alone.ts';
import { readSavedObjects, type SavedObject } from '../restores/saved-objects.ts';
import { selectObjects } from '../restores/select-objects.ts';
import { surveySaved } from '../restores/survey.ts';
import type { RestoreSurvey } from '../restores/types.ts';
import { parseNativeSnapshots, parseVolumeInfos } from '../restores/volume-infos.ts';
import { mergeRules } from './merge-rules.ts';
import { movedVolumes } from './moved-volumes.ts';
import { neutralise } from './neutralise.ts';
import { storedBackups, storedFile, unpackedText } from './stored-files.ts';
import type { MovedVolume, StoredSurvey, SurveyStoredInput } from './types.ts';
import { type ZoneMapping, zoneChanges, zonesAskedFor } from './zones.ts';

const mostNamed = 50;

/** The backup of a bucket against the cluster that it is restored into. */
export async function surveyStoredBackup(
  deps: RestoreDependencies,
  stores: ObjectStores,
  input: SurveyStoredInput,
): Promise<StoredSurvey> {
  const { pace } = deps;
  const [backup] = await storedBackups(stores, input.store, input.backup, pace.signal());
  if (backup === undefined) {
    throw new RekindleError('not-found', `s3://${input.store.bucket} holds no backup ${input.backup}`);
  }
  const [bytes, results, infos] = await Promise.all([
    known(stores, input, pace.signal(), '.tar.gz'),
    known(stores, input, pace.signal(), '-results.gz'),
    storedFile(stores, input.store, input.backup, '-volumeinfo.json.gz', pace.signal()),
  ]);
  const saved = await readSavedObjects(deps.archives, bytes, `${input.backup}.tar.gz`);
  const meant = saved.filter(
    ({ namespace }) => input.namespaces === null || namespace === null || input.namespaces.includes(namespace),
  );
  const { rules, changes } = neutralise(meant, input.neutralising);
  // What a controller makes comes from its template, and is not restored.
  const made = meant.filter((saved) => leftAlone(saved, { usesCsiSnapshots: false }) === null);
  const moved = zoneChanges(made, input.neutralising.zones);
  const modifiers = [...input.modifiers, ...rules, ...mergeRules(moved)];
  const infosFile = `${input.backup}-volumeinfo.json.gz`;
  const volumes = infos === null ? null : unpackedText(infos, infosFile);
  const survey = await surveySaved(
    deps,
    { ...input, modifiers, zones: input.neutralising.zones },
    { backup, saved, results: unpackedText(results, `${input.backup}-results.gz`), infos: volumes },
  );
  const selected = selectObjects(saved, {
    namespaces: input.namespaces,
    resources: survey.includedResources,
    labelSelector: survey.labelSelector,
  });
  const cluster = deps.clusters.cluster(input.cluster);
  const snapshots = parseNativeSnapshots(volumes, infosFile);
  const toMove = await absentFrom(cluster, movedVolumes(selected, snapshots, input.neutralising), pace.signal());
  return {
    ...survey,
    rules: modifiers,
    neutralised: changes.slice(0, mostNamed),
    neutralisedCount: changes.length,
    sharedVolumes: sharedVolumes(meant, volumes, survey),
    movedVolumes: toMove.slice(0, mostNamed),
    movedVolumeCount: toMove.length,
    movedWorkloads: moved.slice(0, mostNamed).map(({ saved: one }) => nameOf(one)),
    unplacedWorkloads: await unplaced(cluster, selected, input.neutralising.zones, pace.signal()),
  };
}

async function known(
  stores: ObjectStores,
  { store, backup }: SurveyStoredInput,
  signal: AbortSignal,
  suffix: string,
): Promise<Buffer> {
  const bytes = await storedFile(stores, store, backup, suffix, signal);
  if (bytes !== null) return bytes;
  throw new RekindleError('velero-file-missing', `s3://${store.bucket} holds no ${backup}${suffix}`);
}

function nameOf({ resource, namespace, name, object }: SavedObject): string {
  return `${object.kind ?? resource} ${namespace}/${name}`;
}

/** What the target has of a name already stays as it is. */
async function absentFrom(cluster: KubernetesPort, volumes: readonly MovedVolume[], signal: AbortSignal) {
  if (volumes.length === 0) return [];
  const there = new Set((await cluster.list(kinds.volume, {}, signal)).map(({ metadata }) => metadata.name));
  const claims = await Promise.all(volumes.map(({ claim }) => cluster.read(kinds.claim, claim.metadata, signal)));
  return volumes.filter(({ volume }, index) => claims[index] === null && !there.has(volume.metadata.name));
}

/** Workloads that no node takes for its zone alone. */
async function unplaced(
  cluster: KubernetesPort,
  selected: readonly SavedObject[],
  zones: ZoneMapping,
  signal: AbortSignal,
): Promise<string[]> {
  const nodes = await cluster.list<Node>(kinds.node, {}, signal);
  const there = new Set(nodes.map(zoneOf));
  return selected
    .flatMap((saved) => {
      if (leftAlone(saved, { usesCsiSnapshots: false }) !== null) return [];
      const asked = zonesAskedFor(saved).map((zone) => zones[zone] ?? zone);
      return asked.length === 0 || asked.some((zone) => there.has(zone))
        ? []
        : [`${nameOf(saved)} asks for ${asked.join(', ')}`];
    })
    .slice(0, mostNamed);
}

/** Without data in the backup and kept by its policy, a volume object would name the volume that the source still writes to. */
function sharedVolumes(saved: readonly SavedObject[], infos: string | null, { backup }: RestoreSurvey): string[] {
  const data = parseVolumeInfos(infos, `volumes of ${backup.name}`);
  const claims = new Set(
    saved.flatMap(({ resource, namespace, name }) =>
      resource === 'persistentvolumeclaims' ? `${namespace}/${name}` : [],
    ),
  );
  return saved.flatMap(({ resource, name, object }) => {
    const { persistentVolumeReclaimPolicy: policy, claimRef } = (object.spec ?? {}) as VolumeSpec;
    if (resource !== 'persistentvolumes' || policy === 'Delete' || (data.get(name) ?? 'none') !== 'none') return [];
    const claim = `${claimRef?.namespace}/${claimRef?.name}`;
    return claims.has(claim) ? [`${claim} (volume ${name})`] : [];
  });
}

interface VolumeSpec {
  readonly persistentVolumeReclaimPolicy?: string;
  readonly claimRef?: { readonly namespace?: string; readonly name?: string };
}
