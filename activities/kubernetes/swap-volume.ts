import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { withAnnotations } from './definitions.ts';
import { kinds } from './kinds.ts';
import { formerPolicyAnnotation, type Holder, reboundAnnotation, recoveryMarks, swappedAnnotation } from './marks.ts';
import type { PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from './objects.ts';
import type { KubernetesPort } from './port.ts';
import { removeVolumeObject } from './remove-volume-object.ts';

export interface SwapVolumeInput extends Holder {
  readonly cluster: string;
  /** Object that is replaced; null when there is none of the name. */
  readonly oldUid: string | null;
  /** The claim that must still be there; null when it is created later. */
  readonly claim: { readonly namespace: string; readonly name: string; readonly uid: string } | null;
  /** The whole new object but for the recovery's marks: a crash between deletion and creation loses nothing. */
  readonly desired: PersistentVolume;
  /** Reclaim policy that the old object had before the recovery, kept for people; null when it is not known. */
  readonly formerPolicy: string | null;
}

export interface SwappedVolume {
  readonly name: string;
  readonly uid: string;
  readonly alreadyThere: boolean;
}

/** Replaces the volume object of a name by the desired one, or creates it. Observes first: finds its own work after a crash. */
export async function swapPersistentVolume(
  port: KubernetesPort,
  input: SwapVolumeInput,
  pace: Pace,
): Promise<SwappedVolume> {
  const { name } = input.desired.metadata;
  const there = await port.read<PersistentVolume>(kinds.volume, { name }, pace.signal());
  if (there !== null && isOurs(there, input)) {
    await markClaim(port, input.claim, input.recoveryId);
    return { name, uid: there.metadata.uid ?? '', alreadyThere: true };
  }
  await requireClaim(port, input, pace);
  if (there !== null) {
    if (input.oldUid === null || there.metadata.uid !== input.oldUid) {
      throw new RekindleError('drifted', `PersistentVolume ${name} is not the one that the plan was made for`);
    }
    await requireUnattached(port, name, pace);
    await removeVolumeObject(port, there, pace);
  }
  const created = await createVolumeObject(port, input);
  await markClaim(port, input.claim, input.recoveryId);
  return { name, uid: created.metadata.uid ?? '', alreadyThere: false };
}

export interface RestoreVolumeInput extends Holder {
  readonly cluster: string;
  readonly name: string;
  /** The object as it was, or null when there was none before the recovery. */
  readonly original: PersistentVolume | null;
  readonly claim: { readonly namespace: string; readonly name: string };
}

/**
 * Undo of the swap: takes our object away and creates the original anew, still `Retain` with its former policy noted, so that
 * `restoreReclaimPolicy` finishes the undo. Leaves an object alone that the swap never replaced. Returns what it left.
 */
export async function restorePersistentVolume(
  port: KubernetesPort,
  input: RestoreVolumeInput,
  pace: Pace,
): Promise<string> {
  const { name, original, recoveryId } = input;
  const there = await port.read<PersistentVolume>(kinds.volume, { name }, pace.signal());
  if (there !== null) {
    if (!isSwapped(there, recoveryId)) {
      await markClaim(port, input.claim, null);
      return `PersistentVolume ${name} is the original`;
    }
    await requireUnattached(port, name, pace);
    await removeVolumeObject(port, there, pace);
  }
  if (original === null) return `PersistentVolume ${name} is gone again`;
  const former = original.spec.persistentVolumeReclaimPolicy ?? 'Retain';
  const retained: PersistentVolume = {
    ...original,
    spec: { ...original.spec, persistentVolumeReclaimPolicy: 'Retain' },
  };
  const marked = withAnnotations(retained, { ...recoveryMarks(input), [formerPolicyAnnotation]: former });
  await port.create(kinds.volume, marked);
  await markClaim(port, input.claim, null);
  return `PersistentVolume ${name} is back as it was`;
}

/** Null takes the mark off. A claim that is gone, or was made anew, is left alone. */
async function markClaim(
  port: KubernetesPort,
  claim: { readonly namespace: string; readonly name: string; readonly uid?: string } | null,
  recoveryId: string | null,
): Promise<void> {
  if (claim === null) return;
  const patch = { metadata: { annotations: { [reboundAnnotation]: recoveryId } } };
  try {
    await port.patch(kinds.claim, claim, patch, claim.uid === undefined ? {} : { uid: claim.uid });
  } catch (error) {
    const gone = error instanceof RekindleError && (error.code === 'not-found' || error.code === 'conflict');
    if (!gone) throw error;
  }
}

function isSwapped(volume: PersistentVolume, recoveryId: string): boolean {
  return volume.metadata.annotations?.[swappedAnnotation] === recoveryId;
}

function isOurs(volume: PersistentVolume, { recoveryId }: SwapVolumeInput): boolean {
  return isSwapped(volume, recoveryId) && volume.metadata.deletionTimestamp === undefined;
}

async function createVolumeObject(port: KubernetesPort, input: SwapVolumeInput): Promise<PersistentVolume> {
  const { desired, formerPolicy, recoveryId } = input;
  const marked = withAnnotations(desired, {
    ...recoveryMarks(input),
    [swappedAnnotation]: recoveryId,
    ...(formerPolicy !== null && { [formerPolicyAnnotation]: formerPolicy }),
  });
  try {
    return await port.create(kinds.volume, marked as PersistentVolume);
  } catch (error) {
    if (!(error instanceof RekindleError) || error.code !== 'already-exists') throw error;
    // Ours from a try whose reply was lost, or somebody was quicker.
    const there = await port.read<PersistentVolume>(kinds.volume, desired.metadata);
    if (there !== null && isSwapped(there, recoveryId)) return there;
    throw new RekindleError('drifted', `PersistentVolume ${desired.metadata.name} was created by somebody else`);
  }
}

async function requireClaim(port: KubernetesPort, { claim }: SwapVolumeInput, pace: Pace): Promise<void> {
  if (claim === null) return;
  const there = await port.read<PersistentVolumeClaim>(kinds.claim, claim, pace.signal());
  if (there?.metadata.uid === claim.uid && there.metadata.deletionTimestamp === undefined) return;
  throw new RekindleError(
    'drifted',
    `claim ${claim.namespace}/${claim.name} is not the one that the plan was made for`,
  );
}

async function requireUnattached(port: KubernetesPort, name: string, pace: Pace): Promise<void> {
  const attachments = await port.list<VolumeAttachment>(kinds.attachment, {}, pace.signal());
  const attached = attachments.find(({ spec }) => spec.source.persistentVolumeName === name);
  if (attached === undefined) return;
  throw new RekindleError('workload-not-quiet', `volume ${name} is attached to ${attached.spec.nodeName}`);
}
