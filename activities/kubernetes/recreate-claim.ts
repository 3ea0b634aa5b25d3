import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import { withAnnotations } from './definitions.ts';
import { kinds } from './kinds.ts';
import { type Holder, madeBy, recoveryMarks } from './marks.ts';
import type { PersistentVolume, PersistentVolumeClaim } from './objects.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';

export interface RecreateClaimInput extends Holder {
  readonly cluster: string;
  /** The whole claim but for the recovery's marks. */
  readonly desired: PersistentVolumeClaim;
  /** Claim of the name that is deleted first (its spec cannot be changed); null when it is gone already. */
  readonly replaceUid: string | null;
}

export interface RecreatedClaim {
  readonly uid: string;
  readonly alreadyThere: boolean;
}

const limitSeconds = 60;

export async function recreateClaim(
  port: KubernetesPort,
  input: RecreateClaimInput,
  pace: Pace,
): Promise<RecreatedClaim> {
  const { desired, replaceUid, recoveryId } = input;
  const marked = withAnnotations(desired, recoveryMarks(input)) as PersistentVolumeClaim;
  const ref = { namespace: desired.metadata.namespace ?? '', name: desired.metadata.name };
  return poll<RecreatedClaim>(pace, limitSeconds, 'not-yet', async () => {
    const there = await port.read<PersistentVolumeClaim>(kinds.claim, ref, pace.signal());
    if (there === null) {
      const created = await createOnce(port, marked);
      return created === null
        ? { missing: 'the claim appeared meanwhile' }
        : { done: { uid: created, alreadyThere: false } };
    }
    const { uid = '', deletionTimestamp } = there.metadata;
    if (deletionTimestamp !== undefined) return { missing: `claim ${ref.namespace}/${ref.name} is being deleted` };
    if (madeBy(there) === recoveryId) return { done: { uid, alreadyThere: true } };
    if (uid !== replaceUid) {
      throw new RekindleError('drifted', `claim ${ref.namespace}/${ref.name} was created by somebody else meanwhile`);
    }
    await requireRetained(port, there);
    await port.remove(kinds.claim, ref, { uid });
    return { missing: `claim ${ref.namespace}/${ref.name} is being deleted` };
  });
}

export interface RestoreClaimInput extends Holder {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** The claim as it is created anew, naming its volume; null when there was none before the recovery. */
  readonly original: PersistentVolumeClaim | null;
}

/** Undo: takes away the claim that this recovery made, and creates the original where there was one. Returns what it left. */
export async function restoreClaim(port: KubernetesPort, input: RestoreClaimInput, pace: Pace): Promise<string> {
  const { namespace, name, original, recoveryId } = input;
  const ref = { namespace, name };
  const target = `claim ${namespace}/${name}`;
  return poll<string>(pace, limitSeconds, 'not-yet', async () => {
    const there = await port.read<PersistentVolumeClaim>(kinds.claim, ref, pace.signal());
    if (there === null) {
      if (original === null) return { done: `${target} is gone again` };
      await freeVolume(port, original, pace);
      return (await createOnce(port, original)) === null
        ? { missing: 'the claim appeared meanwhile' }
        : { done: `${target} is back, with a new uid` };
    }
    const { uid = '', deletionTimestamp } = there.metadata;
    if (deletionTimestamp !== undefined) return { missing: `${target} is being deleted` };
    if (madeBy(there) !== recoveryId) return { done: `${target} was left as it is` };
    await port.remove(kinds.claim, ref, { uid });
    return { missing: `${target} is being deleted` };
  });
}

/** Uid of the created claim; null when one of the name is there. */
async function createOnce(port: KubernetesPort, claim: PersistentVolumeClaim): Promise<string | null> {
  try {
    return (await port.create(kinds.claim, claim)).metadata.uid ?? '';
  } catch (error) {
    if (error instanceof RekindleError && error.code === 'already-exists') return null;
    throw error;
  }
}

/** A claim is deleted only when its volume object keeps the volume. */
async function requireRetained(port: KubernetesPort, { metadata, spec }: PersistentVolumeClaim): Promise<void> {
  if (!spec.volumeName) return;
  const volume = await port.read<PersistentVolume>(kinds.volume, { name: spec.volumeName });
  if (volume === null || volume.spec.persistentVolumeReclaimPolicy === 'Retain') return;
  throw new RekindleError(
    'drifted',
    `the volume of claim ${metadata.name} is not Retain: deleting the claim deletes it`,
  );
}

/** A volume object that still names the uid of a claim that is gone stays Released; without the uid it binds (facts section 3). */
async function freeVolume(port: KubernetesPort, { metadata, spec }: PersistentVolumeClaim, pace: Pace): Promise<void> {
  if (!spec.volumeName) return;
  const volume = await port.read<PersistentVolume>(kinds.volume, { name: spec.volumeName }, pace.signal());
  const { claimRef } = volume?.spec ?? {};
  if (volume === null || claimRef?.name !== metadata.name || claimRef.namespace !== metadata.namespace) return;
  if (claimRef.uid === undefined) return;
  const { uid = '', resourceVersion = '' } = volume.metadata;
  const patch = { spec: { claimRef: { uid: null, resourceVersion: null } } };
  await port.patch(kinds.volume, volume.metadata, patch, { uid, resourceVersion });
}
