import { randomUUID } from 'node:crypto';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import { madeBy, recoveryMarks } from '../kubernetes/marks.ts';
import { poll } from '../kubernetes/polling.ts';
import type { KubernetesClusters, KubernetesObject } from '../kubernetes/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { downloadKnown } from './download.ts';
import { veleroKinds } from './kinds.ts';
import { compareWithLive } from './live-objects.ts';
import type { BackupObject, RestoreObject, ServerStatusObject, StorageLocationObject } from './objects.ts';
import type { SignedFiles } from './port.ts';
import { parseBackupList, parseRestoreList, parseResults } from './results.ts';
import { backupSummary, locationSummary, restoreSummary } from './translate.ts';
import type { CreateRunInput, ReadFilesInput, VeleroActivities, WaitRunInput } from './types.ts';

export type { VeleroActivities } from './types.ts';

export interface VeleroDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly files: SignedFiles;
  readonly pace?: Pace;
}

export function createVeleroActivities({ clusters, files, pace = activityPace }: VeleroDependencies): VeleroActivities {
  const sourcesOf = (cluster: string) => ({ cluster: clusters.cluster(cluster), files, pace });

  async function find<T extends KubernetesObject>(kind: Kind, input: { cluster: string } & Named): Promise<T> {
    const ref = { namespace: input.veleroNamespace, name: input.name };
    const found = await clusters.cluster(input.cluster).read<T>(kind, ref, pace.signal());
    if (found !== null) return found;
    throw new RekindleError('not-found', `${kind.kind} ${input.name} is not in cluster ${input.cluster}`);
  }

  async function create(kind: Kind, input: CreateRunInput) {
    const cluster = clusters.cluster(input.cluster);
    const ref = { namespace: input.veleroNamespace, name: input.name };
    const before = await cluster.read(kind, ref, pace.signal());
    if (before === null) {
      const metadata = { ...ref, ...(input.labels && { labels: input.labels }), annotations: recoveryMarks(input) };
      const made = await cluster.create<KubernetesObject>(kind, { metadata, spec: input.spec });
      return { uid: made.metadata.uid ?? '', alreadyThere: false };
    }
    if (madeBy(before) === input.recoveryId) return { uid: before.metadata.uid ?? '', alreadyThere: true };
    throw new RekindleError('already-exists', `${kind.kind} ${input.name} is there and not of this recovery`);
  }

  function waitEnd<T extends KubernetesObject, S extends { phase: string; standing: string }>(
    kind: Kind,
    input: WaitRunInput,
    summary: (object: T) => S,
    progress: (object: T) => string,
  ): Promise<S> {
    return poll(pace, input.limitSeconds, 'not-yet', async () => {
      const object = await find<T>(kind, input);
      const seen = summary(object);
      if (seen.standing === 'ended') return { done: seen };
      return { missing: `${kind.kind} ${input.name}: ${seen.phase || 'not begun'}, ${progress(object)}` };
    });
  }

  const textOf = (input: ReadFilesInput, kind: Parameters<typeof downloadKnown>[1]['kind']) =>
    downloadKnown(sourcesOf(input.cluster), {
      veleroNamespace: input.veleroNamespace,
      name: input.name,
      kind,
      holder: input,
    });

  return {
    /**
     * Whether a server answers, by its own means: an object that only a running server fills in; and the storage locations.
     * Safe to retry: the object is taken away again, and Velero deletes one that a killed worker left.
     */
    async readVeleroHealth(input) {
      const cluster = clusters.cluster(input.cluster);
      const { veleroNamespace: namespace } = input;
      const ref = { namespace, name: `rekindle-${randomUUID()}` };
      const metadata = { ...ref, annotations: recoveryMarks(input) };
      await cluster.create<KubernetesObject>(veleroKinds.serverStatusRequest, { metadata, spec: {} });
      let server = null;
      try {
        server = await poll(pace, input.limitSeconds, 'velero-silent', async () => {
          const seen = await cluster.read<ServerStatusObject>(veleroKinds.serverStatusRequest, ref, pace.signal());
          if (seen?.status?.phase !== 'Processed') return { missing: 'Velero has not answered yet' };
          const plugins = (seen.status.plugins ?? []).map(({ kind, name }) => `${kind} ${name}`);
          return { done: { version: seen.status.serverVersion ?? '', plugins: [...new Set(plugins)].sort() } };
        });
      } catch (error) {
        if (!(error instanceof RekindleError && error.code === 'velero-silent')) throw error;
      } finally {
        await cluster.remove(veleroKinds.serverStatusRequest, ref).catch(() => false);
      }
      const found = await cluster.list<StorageLocationObject>(
        veleroKinds.storageLocation,
        { namespace },
        pace.signal(),
      );
      return { server, locations: found.map((location) => locationSummary(location, pace.now())) };
    },

    /** Safe to retry: reads only. */
    async listBackups({ cluster, veleroNamespace: namespace }) {
      const found = await clusters
        .cluster(cluster)
        .list<BackupObject>(veleroKinds.backup, { namespace }, pace.signal());
      return { backups: found.map(backupSummary) };
    },

    /**
     * Safe to retry: an object of that name with this recovery's annotation is its own work.
     * @throws RekindleError `already-exists` when somebody else made one of that name
     */
    createBackup: (input) => create(veleroKinds.backup, input),

    /**
     * Safe to retry: reads only.
     * @throws RekindleError `not-yet` at the limit; `not-found` when the backup is gone
     */
    waitBackup: (input) =>
      waitEnd<BackupObject, ReturnType<typeof backupSummary>>(
        veleroKinds.backup,
        input,
        backupSummary,
        ({ status }) => {
          const { itemsBackedUp = 0, totalItems } = status?.progress ?? {};
          return `${itemsBackedUp} of ${totalItems ?? '?'} items`;
        },
      ),

    /**
     * What the backup holds, by its own list and results in the store.
     * Safe to retry: each call asks for its own addresses.
     * @throws RekindleError `velero-silent`, `velero-file-missing`, `velero-file-damaged`
     */
    async readBackupContent(input) {
      const backup = backupSummary(await find<BackupObject>(veleroKinds.backup, input));
      const list = await textOf(input, 'BackupResourceList');
      const results = await textOf(input, 'BackupResults');
      const file = (kind: string) => `${kind} of ${input.name}`;
      return {
        backup,
        items: parseBackupList(list, file('BackupResourceList')),
        results: parseResults(results, file('BackupResults')),
      };
    },

    /**
     * Safe to retry: an object of that name with this recovery's annotation is its own work.
     * @throws RekindleError `already-exists` when somebody else made one of that name
     */
    createRestore: (input) => create(veleroKinds.restore, input),

    /**
     * Safe to retry: reads only.
     * @throws RekindleError `not-yet` at the limit; `not-found` when the restore is gone
     */
    waitRestore: (input) =>
      waitEnd<RestoreObject, ReturnType<typeof restoreSummary>>(
        veleroKinds.restore,
        input,
        restoreSummary,
        ({ status }) => {
          const { itemsRestored = 0, totalItems } = status?.progress ?? {};
          return `${itemsRestored} of ${totalItems ?? '?'} items`;
        },
      ),

    /**
     * What Velero says to have done, and which of it is not in the cluster now: `Completed` alone says neither.
     * Safe to retry: each call asks for its own addresses.
     * @throws RekindleError `velero-silent`, `velero-file-missing`, `velero-file-damaged`
     */
    async readRestoreOutcome(input) {
      const restore = restoreSummary(await find<RestoreObject>(veleroKinds.restore, input));
      const file = (kind: string) => `${kind} of ${input.name}`;
      const list = await textOf(input, 'RestoreResourceList');
      const results = parseResults(await textOf(input, 'RestoreResults'), file('RestoreResults'));
      const items = parseRestoreList(list, file('RestoreResourceList'));
      const live = await compareWithLive(clusters.cluster(input.cluster), items, pace.signal());
      return { restore, items, results, ...live };
    },
  };
}

interface Named {
  readonly veleroNamespace: string;
  readonly name: string;
}
