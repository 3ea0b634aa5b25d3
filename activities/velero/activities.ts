import { randomUUID } from 'node:crypto';
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Kind } from '../kubernetes/kinds.ts';
import { madeBy, recoveryMarks } from '../kubernetes/marks.ts';
import { poll } from '../kubernetes/polling.ts';
import type { KubernetesClusters, KubernetesObject } from '../kubernetes/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { veleroKinds } from './kinds.ts';
import type { BackupObject, ServerStatusObject, StorageLocationObject } from './objects.ts';
import { backupSummary, locationSummary } from './translate.ts';
import type { CreateRunInput, VeleroActivities } from './types.ts';

export type { VeleroActivities } from './types.ts';

export interface VeleroDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly pace?: Pace;
}

export function createVeleroActivities({ clusters, pace = activityPace }: VeleroDependencies): VeleroActivities {
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
      poll(pace, input.limitSeconds, 'not-yet', async () => {
        const backup = await find<BackupObject>(veleroKinds.backup, input);
        const seen = backupSummary(backup);
        if (seen.standing === 'ended') return { done: seen };
        const { itemsBackedUp = 0, totalItems } = backup.status?.progress ?? {};
        const progress = `${itemsBackedUp} of ${totalItems ?? '?'} items`;
        return { missing: `Backup ${input.name}: ${seen.phase || 'not begun'}, ${progress}` };
      }),

    /**
     * Safe to retry: an object of that name with this recovery's annotation is its own work.
     * @throws RekindleError `already-exists` when somebody else made one of that name
     */
    createRestore: (input) => create(veleroKinds.restore, input),
  };
}

interface Named {
  readonly veleroNamespace: string;
  readonly name: string;
}
