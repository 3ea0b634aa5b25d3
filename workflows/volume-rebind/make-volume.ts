import { ApplicationFailure } from '@temporalio/workflow';
import type { CreateVolumeInput } from '../../activities/ec2/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import { createVolumeFromSnapshot, deleteFailedVolume, limits, waitVolumeAvailable } from './ports.ts';

/** Creations that one run of the step makes before a person is asked. */
const attemptsPerRun = 3;

export interface MadeVolume {
  readonly volumeId: string;
  /** One line for the timeline. */
  readonly told: string;
}

/**
 * A volume from a snapshot, available. `memory.attempt` counts up when EC2 gave one up: its client token is burnt. Safe to run again
 * from its start: the volume of the attempt is found by its tags.
 */
export async function makeVolume(
  volume: Omit<CreateVolumeInput, 'attempt'>,
  memory: { attempt: number },
  { report }: { readonly report: (detail: string) => void },
): Promise<MadeVolume> {
  const { region, recoveryId, workflowId, pvName } = volume;
  const last = memory.attempt + attemptsPerRun - 1;
  for (;;) {
    const { attempt } = memory;
    const volumeId = await createOrBurned({ ...volume, attempt });
    if (volumeId === null) {
      memory.attempt = attempt + 1;
      if (attempt >= last) throw creationFailed(`the last of ${attemptsPerRun} attempts failed before it answered`);
      continue;
    }
    const settled = await waitVolumeAvailable({ region, volumeId, limitSeconds: limits.volume });
    if (settled.outcome === 'available') {
      return { volumeId, told: `${volumeId} is available${attempt > 1 ? `, attempt ${attempt}` : ''}` };
    }
    report(`${volumeId} ended in state ${settled.state}; it is deleted and another one is made`);
    await deleteFailedVolume({ region, recoveryId, workflowId, pvName, volumeId, attempt });
    // The token of a failed creation is burnt: the next one gets a fresh one.
    memory.attempt = attempt + 1;
    if (attempt >= last) {
      throw creationFailed(`${volumeId}, the last of ${attemptsPerRun} attempts, ended in state ${settled.state}`);
    }
  }
}

/**
 * The volume's id, or null when the attempt's token is burnt: its creation failed and its volume vanished while the answer was lost,
 * and EC2 refuses that token for half a day.
 */
async function createOrBurned(input: CreateVolumeInput): Promise<string | null> {
  try {
    return (await createVolumeFromSnapshot(input)).volumeId;
  } catch (error) {
    if (failureFacts(error).code === 'client-token-burned') return null;
    throw error;
  }
}

function creationFailed(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'volume-creation-failed');
}
