import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject } from '../kubernetes/port.ts';
import type { ObjectStores } from '../objects/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import type { RestoreDependencies } from '../restores/dependencies.ts';
import { chooseBackup } from '../restores/find-backup.ts';
import { veleroKinds } from '../velero/kinds.ts';
import type { BackupObject } from '../velero/objects.ts';
import { ensureNamespace } from './ensure-namespace.ts';
import { ensureReadOnlyLocation, removeReadOnlyLocation, waitSynced } from './location.ts';
import { listNeutralised, promoteNeutralised } from './promote.ts';
import { storedBackups } from './stored-files.ts';
import { surveyStoredBackup } from './survey-stored.ts';
import type { BackupStoreActivities } from './types.ts';

export type { BackupStoreActivities } from './types.ts';

export type BackupStoreDependencies = Omit<RestoreDependencies, 'pace'> & {
  readonly stores: ObjectStores;
  readonly pace?: Pace;
};

const sourceVersion = 'velero.io/source-cluster-k8s-gitversion';

export function createBackupStoreActivities({
  stores,
  pace = activityPace,
  ...rest
}: BackupStoreDependencies): BackupStoreActivities {
  const deps: RestoreDependencies = { ...rest, pace };
  const open = (name: string) => deps.clusters.cluster(name);

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
    surveyStoredBackup: (input) => surveyStoredBackup(deps, stores, input),

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

    /** Safe to retry: creates only where nothing is. */
    ensureNamespace: ({ cluster, namespace, ...holder }) => ensureNamespace(open(cluster), namespace, holder),

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
