import { RekindleError } from '../../errors/rekindle-error.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import type { ObjectStores } from '../objects/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import type { RestoreDependencies } from '../restores/dependencies.ts';
import { chooseBackup } from '../restores/find-backup.ts';
import { readSavedObjects, type SavedObject } from '../restores/saved-objects.ts';
import { surveySaved } from '../restores/survey.ts';
import type { RestoreSurvey } from '../restores/types.ts';
import { parseVolumeInfos } from '../restores/volume-infos.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject } from '../velero/objects.ts';
import { ensureReadOnlyLocation, removeReadOnlyLocation, waitSynced } from './location.ts';
import { neutralise } from './neutralise.ts';
import { listNeutralised, promoteNeutralised } from './promote.ts';
import { storedBackups, storedFile, unpackedText } from './stored-files.ts';
import type { BackupStoreActivities, SurveyStoredInput } from './types.ts';

export type { BackupStoreActivities } from './types.ts';

export type BackupStoreDependencies = Omit<RestoreDependencies, 'pace'> & {
  readonly stores: ObjectStores;
  readonly pace?: Pace;
};

const mostNamed = 50;
const sourceVersion = 'velero.io/source-cluster-k8s-gitversion';

export function createBackupStoreActivities({
  stores,
  pace = activityPace,
  ...rest
}: BackupStoreDependencies): BackupStoreActivities {
  const deps: RestoreDependencies = { ...rest, pace };
  const open = (name: string) => deps.clusters.cluster(name);

  async function known(input: SurveyStoredInput, suffix: string): Promise<Buffer> {
    const bytes = await storedFile(stores, input.store, input.backup, suffix, pace.signal());
    if (bytes !== null) return bytes;
    throw new RekindleError('velero-file-missing', `s3://${input.store.bucket} holds no ${input.backup}${suffix}`);
  }

  return {
    /** Safe to retry: reads only. @throws RekindleError `velero-file-damaged` */
    async findStoredBackup({ store, backup, namespaces }) {
      const only = backup === 'latest' ? null : backup;
      const found = await storedBackups(stores, store, only, pace.signal());
      // To name what there is instead, everything is looked at.
      const all = found.length === 0 && only !== null ? await storedBackups(stores, store, null, pace.signal()) : found;
      const chosen = chooseBackup(all, { backup, namespaces });
      const object = all.find(({ metadata }) => metadata.name === chosen.backup?.name);
      return { ...chosen, sourceVersion: object?.metadata.annotations?.[sourceVersion] ?? null };
    },

    /**
     * As `surveyRestore`, from the bucket itself: neither cluster is changed, and the source need not live.
     * Safe to retry: reads only; the list that it stores is named by its content.
     * @throws RekindleError `velero-file-missing`, `velero-file-damaged`, `invalid-input`
     */
    async surveyStoredBackup(input) {
      const [backup] = await storedBackups(stores, input.store, input.backup, pace.signal());
      if (backup === undefined) {
        throw new RekindleError('not-found', `s3://${input.store.bucket} holds no backup ${input.backup}`);
      }
      const [bytes, results, infos] = await Promise.all([
        known(input, '.tar.gz'),
        known(input, '-results.gz'),
        storedFile(stores, input.store, input.backup, '-volumeinfo.json.gz', pace.signal()),
      ]);
      const saved = await readSavedObjects(deps.archives, bytes, `${input.backup}.tar.gz`);
      const meant = saved.filter(
        ({ namespace }) => input.namespaces === null || namespace === null || input.namespaces.includes(namespace),
      );
      const { rules, changes } = neutralise(meant, input.neutralising);
      const modifiers = [...input.modifiers, ...rules];
      const volumes = infos === null ? null : unpackedText(infos, `${input.backup}-volumeinfo.json.gz`);
      const survey = await surveySaved(
        deps,
        { ...input, modifiers },
        { backup, saved, results: unpackedText(results, `${input.backup}-results.gz`), infos: volumes },
      );
      return {
        ...survey,
        rules: modifiers,
        neutralised: changes.slice(0, mostNamed),
        neutralisedCount: changes.length,
        sharedVolumes: sharedVolumes(meant, volumes, survey),
      };
    },

    /** Safe to retry: reads only. */
    async readTarget({ cluster: name, veleroNamespace: namespace, backup }) {
      const cluster = open(name);
      const nodes = await cluster.list<NodeObject>(kinds.node, {}, pace.signal());
      const versions = nodes.flatMap(({ status }) => status?.nodeInfo?.kubeletVersion ?? []);
      const there = await cluster.read<BackupObject>(veleroKinds.backup, { namespace, name: backup }, pace.signal());
      const newest = versions.sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1) ?? null;
      return { version: newest, backupFrom: there?.spec.storageLocation ?? null };
    },

    /** Safe to retry: a location of that name that reads the same bucket is left as it is. */
    ensureReadOnlyLocation: (input) => ensureReadOnlyLocation(open(input.cluster), input, pace.signal()),

    /** Safe to retry: takes away only what carries this recovery's mark. */
    removeReadOnlyLocation: (input) => removeReadOnlyLocation(open(input.cluster), input, pace.signal()),

    /** Safe to retry: reads only. @throws RekindleError `not-yet` at the limit */
    waitBackupSynced: (input) => waitSynced(open(input.cluster), input, pace),

    /** Safe to retry: reads only. */
    listNeutralised: ({ cluster, namespaces }) => listNeutralised(open(cluster), namespaces, pace.signal()),

    /** Safe to retry: an object without the mark is promoted already and left alone. */
    promoteNeutralised: ({ cluster, objects, ...holder }) =>
      promoteNeutralised(open(cluster), objects, holder, pace.signal()),
  };
}

interface NodeObject extends KubernetesObject {
  readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string } };
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
