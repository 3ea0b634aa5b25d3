import { RekindleError } from '../../errors/rekindle-error.ts';
import { type Kind, kinds, type ObjectRef } from '../kubernetes/kinds.ts';
import { madeBy } from '../kubernetes/marks.ts';
import type { KubernetesClusters, KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { importedName } from './names.ts';
import { importedPair, type VolumeSnapshot, type VolumeSnapshotClass, type VolumeSnapshotContent } from './objects.ts';
import { claimSnapshots, classFor, objectOf } from './translate.ts';
import type { SnapshotActivities, SnapshotSettled, WaitSnapshotInput } from './types.ts';

export type { SnapshotActivities } from './types.ts';

export interface SnapshotDependencies {
  readonly clusters: Pick<KubernetesClusters, 'cluster'>;
  readonly pace?: Pace;
  /** How long an error of the snapshot controller must stay to be its last word: it writes one and tries again. Default 20 s. */
  readonly errorPatienceMs?: number;
}

const firstPauseMs = 250;
const longestPauseMs = 3_000;

export function createSnapshotActivities({
  clusters,
  pace = activityPace,
  errorPatienceMs = 20_000,
}: SnapshotDependencies): SnapshotActivities {
  return {
    /** Safe to retry: reads only. */
    async listClusterSnapshots(input) {
      const cluster = clusters.cluster(input.cluster);
      if (!(await cluster.serves(kinds.volumeSnapshotContent, pace.signal())))
        return { supported: false, snapshots: [] };
      const [contents, snapshots] = await Promise.all([
        cluster.list<VolumeSnapshotContent>(kinds.volumeSnapshotContent, {}, pace.signal()),
        cluster.list<VolumeSnapshot>(kinds.volumeSnapshot, { namespace: input.claim.namespace }, pace.signal()),
      ]);
      return { supported: true, snapshots: claimSnapshots(contents, snapshots, input) };
    },

    /**
     * Safe to retry: both names come from the recovery, and what is there already is kept if it is this recovery's.
     * @throws RekindleError `already-exists` when another one holds the name
     */
    async importClusterSnapshot(input) {
      const cluster = clusters.cluster(input.cluster);
      const classes = input.snapshotClass
        ? []
        : await cluster.list<VolumeSnapshotClass>(kinds.volumeSnapshotClass, {}, pace.signal());
      const pair = importedPair(input, input.snapshotClass ?? classFor(input.driver, classes));
      const content = await ensure(cluster, kinds.volumeSnapshotContent, pair.content, input.recoveryId);
      if (content.object.spec.source.snapshotHandle !== input.snapshotHandle) {
        const { snapshotHandle } = content.object.spec.source;
        throw new RekindleError(
          'already-exists',
          `${content.object.metadata.name} stands for ${snapshotHandle} already`,
        );
      }
      const snapshot = await ensure(cluster, kinds.volumeSnapshot, pair.snapshot, input.recoveryId);
      return {
        contentName: content.object.metadata.name,
        snapshotName: snapshot.object.metadata.name,
        namespace: input.namespace,
        alreadyThere: !content.made && !snapshot.made,
      };
    },

    /**
     * Safe to retry: reads only.
     * @throws RekindleError `not-yet` at the limit
     */
    waitClusterSnapshotReady: (input) => settled(clusters.cluster(input.cluster), input, pace, errorPatienceMs),

    /**
     * Safe to retry: only objects with this recovery's annotation are deleted, by uid; what is gone is done. The content is set
     * to `Retain` again before anything is deleted, so that the physical snapshot stays whatever was done to it meanwhile.
     */
    async removeImportedSnapshot(input) {
      const cluster = clusters.cluster(input.cluster);
      const name = importedName(input.recoveryId, { namespace: input.namespace, name: input.claim });
      const refs: readonly (readonly [Kind, ObjectRef])[] = [
        [kinds.volumeSnapshotContent, { name }],
        [kinds.volumeSnapshot, { name, namespace: input.namespace }],
      ];
      const found = await Promise.all(refs.map(([kind, ref]) => ownOrNull(cluster, kind, ref, input.recoveryId)));
      const content = found[0] as VolumeSnapshotContent | null | undefined;
      if (content && content.spec.deletionPolicy !== 'Retain') {
        const body = { spec: { deletionPolicy: 'Retain' } };
        await cluster.patch(kinds.volumeSnapshotContent, { name }, body, uidOf(content));
      }
      const removed: string[] = [];
      const alreadyGone: string[] = [];
      // The VolumeSnapshot first: its content waits for it.
      for (const index of [1, 0]) {
        const [kind, ref] = refs[index] ?? [];
        const object = found[index];
        if (kind === undefined || ref === undefined) continue;
        const label = `${kind.kind} ${ref.namespace === undefined ? name : `${ref.namespace}/${name}`}`;
        const accepted = object ? await cluster.remove(kind, ref, uidOf(object)) : false;
        (accepted ? removed : alreadyGone).push(label);
      }
      return { removed, alreadyGone };
    },
  };
}

async function ensure<T extends KubernetesObject>(
  cluster: KubernetesPort,
  kind: Kind,
  wanted: T,
  recoveryId: string,
): Promise<{ readonly object: T; readonly made: boolean }> {
  const ref = refOf(wanted);
  const before = await ownOrNull<T>(cluster, kind, ref, recoveryId);
  if (before !== null) return { object: before, made: false };
  try {
    return { object: await cluster.create<T>(kind, wanted), made: true };
  } catch (error) {
    // A repeat that overtook its lost answer.
    const raced = error instanceof RekindleError && error.code === 'already-exists';
    const after = raced ? await ownOrNull<T>(cluster, kind, ref, recoveryId) : null;
    if (after === null) throw error;
    return { object: after, made: false };
  }
}

async function ownOrNull<T extends KubernetesObject>(
  cluster: KubernetesPort,
  kind: Kind,
  ref: ObjectRef,
  recoveryId: string,
): Promise<T | null> {
  const object = await cluster.read<T>(kind, ref);
  if (object === null) return null;
  const owner = madeBy(object);
  if (owner === recoveryId) return object;
  throw new RekindleError('already-exists', `${kind.kind} ${ref.name} exists and was not made by this recovery`, {
    details: { name: ref.name, madeBy: owner },
  });
}

async function settled(
  cluster: KubernetesPort,
  input: WaitSnapshotInput,
  pace: Pace,
  errorPatienceMs: number,
): Promise<SnapshotSettled> {
  const ref = { namespace: input.namespace, name: input.snapshotName };
  const label = `VolumeSnapshot ${input.namespace}/${input.snapshotName}`;
  const began = pace.now();
  let error: Complaint | null = null;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const snapshot = await cluster.read<VolumeSnapshot>(kinds.volumeSnapshot, ref, pace.signal());
    if (snapshot === null) return { outcome: 'failed', message: `${label} is gone` };
    const object = objectOf(snapshot);
    if (object.readyToUse) return { outcome: 'ready', object };
    const now = pace.now();
    error = complaintAfter(error, object.error, now);
    if (error !== null && now - error.since >= errorPatienceMs) return { outcome: 'failed', message: error.message };
    const waited = Math.round((now - began) / 1000);
    pace.report(`${label} is not ready after ${waited} s${error === null ? '' : `: ${error.message}`}`);
    if (now + pause - began > input.limitSeconds * 1000) {
      throw new RekindleError('not-yet', `${label} is not ready to use after ${waited} s`, {
        details: { snapshot: label, waitedSeconds: waited, error: error?.message ?? null },
      });
    }
    await pace.sleep(pause);
  }
}

interface Complaint {
  readonly message: string;
  readonly since: number;
}

/** The error that the controller shows now, and since when it has shown this very one. */
function complaintAfter(before: Complaint | null, message: string | null, now: number): Complaint | null {
  if (message === null) return null;
  return before?.message === message ? before : { message, since: now };
}

function refOf(object: KubernetesObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { name, namespace };
}

function uidOf(object: KubernetesObject): { readonly uid?: string } {
  return object.metadata.uid === undefined ? {} : { uid: object.metadata.uid };
}
