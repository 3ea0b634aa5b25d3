import { RekindleError } from '../../errors/rekindle-error.ts';
import type { Pace } from '../pace.ts';
import type { Ec2Region, Ec2Volume } from './port.ts';
import { madeForTags, recoveryTags } from './tags.ts';
import type { DeletedVolumes, DeleteRecoveryVolumeInput } from './types.ts';

/**
 * EC2's lists lag behind its effects: a volume whose creation was answered a moment ago, or whose answer was lost, may not be
 * listed yet. An undo that knows no id looks this often before it says that there is nothing.
 */
const looks = 3;
const pauseBetweenLooksMs = 1_000;

/**
 * Deletes volumes that this recovery made, and no other: the recovery's tag is read from EC2 right before each call.
 *
 * @throws RekindleError `volume-not-ours` when a named volume carries another tag or none, `volume-attached` while it is attached
 */
export async function deleteRecoveryVolume(
  region: Ec2Region,
  input: DeleteRecoveryVolumeInput,
  pace: Pace,
): Promise<DeletedVolumes> {
  if (input.volumeId === null) {
    const volumes = await madeByRecovery(region, input, pace);
    const outcomes = [];
    for (const volume of volumes) outcomes.push(await deleteOne(region, volume, input));
    return merged(outcomes);
  }
  const answer = await region.volume(input.volumeId, pace.signal());
  if ('notFound' in answer) return { deleted: [], alreadyGone: [input.volumeId] };
  return deleteOne(region, answer, input);
}

async function madeByRecovery(
  region: Ec2Region,
  input: DeleteRecoveryVolumeInput,
  pace: Pace,
): Promise<readonly Ec2Volume[]> {
  const tags = madeForTags(input.recoveryId, input.pvName, input.attempt);
  for (let look = 1; ; look += 1) {
    const found = await region.volumesTagged(tags, pace.signal());
    if (found.length > 0 || look === looks) return found;
    await pace.sleep(pauseBetweenLooksMs);
  }
}

async function deleteOne(
  region: Ec2Region,
  volume: Ec2Volume,
  input: DeleteRecoveryVolumeInput,
): Promise<DeletedVolumes> {
  const { volumeId } = volume;
  const owner = volume.tags[recoveryTags.recovery];
  if (owner !== input.recoveryId) {
    throw new RekindleError('volume-not-ours', `${volumeId} was not made by this recovery and is left alone`, {
      details: { volumeId, madeBy: owner ?? null, recoveryId: input.recoveryId },
    });
  }
  if (volume.state === 'deleting' || volume.state === 'deleted') return { deleted: [], alreadyGone: [volumeId] };
  const holders = volume.attachments.filter((attachment) => attachment.state !== 'detached');
  if (holders.length > 0) {
    const names = holders.map((attachment) => `${attachment.instanceId} (${attachment.state})`);
    throw new RekindleError('volume-attached', `${volumeId} is attached to ${names.join(', ')}`, {
      details: { volumeId, instanceIds: holders.map((attachment) => attachment.instanceId) },
    });
  }
  const outcome = await region.deleteVolume(volumeId);
  return outcome === 'accepted' ? { deleted: [volumeId], alreadyGone: [] } : { deleted: [], alreadyGone: [volumeId] };
}

function merged(outcomes: readonly DeletedVolumes[]): DeletedVolumes {
  return {
    deleted: outcomes.flatMap((outcome) => outcome.deleted),
    alreadyGone: outcomes.flatMap((outcome) => outcome.alreadyGone),
  };
}
