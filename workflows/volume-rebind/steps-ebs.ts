import { ApplicationFailure } from '@temporalio/workflow';
import type { CreateVolumeInput } from '../../activities/ec2/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { claimTarget, identityOf } from './identity.ts';
import {
  createVolumeFromSnapshot,
  deleteFailedVolume,
  deleteRecoveryVolume,
  limits,
  recreateClaim,
  restoreClaim,
  restorePersistentVolume,
  swapPersistentVolume,
  waitVolumeAvailable,
} from './ports.ts';
import { volumeObject, zoneOfTemplate } from './volume-object.ts';
import type { DataSource, RebindMemory, RebindWork } from './work.ts';

/** Creations that one run of the step makes before a person is asked. */
const attemptsPerRun = 3;

export function createVolume(
  work: RebindWork,
  memory: RebindMemory,
  context: ScenarioContext,
  { volume }: Extract<DataSource, { kind: 'ebs-snapshot' }>,
): Step {
  const { region } = work;
  const { recoveryId, workflowId } = context;
  const ours = { region, recoveryId, workflowId, pvName: volume.pvName };
  return {
    id: 'create-volume',
    title: 'Create the volume from the snapshot',
    target: `volume from ${volume.snapshotId} in ${volume.zone}`,
    effect: 'create',
    expectedSeconds: 30,
    skippable: false,
    undo: {
      kind: 'revert',
      title: 'Delete the new volume',
      run: async () => {
        const { deleted, alreadyGone } = await deleteRecoveryVolume({ ...ours, volumeId: null });
        memory.volumeId = null;
        if (deleted.length > 0) return `deleted ${deleted.join(', ')}`;
        return alreadyGone.length > 0 ? `${alreadyGone.join(', ')} gone already` : 'none was made';
      },
    },
    run: async () => {
      const last = memory.attempt + attemptsPerRun - 1;
      for (;;) {
        const { attempt } = memory;
        const volumeId = await createOrBurned({ ...volume, ...ours, attempt });
        if (volumeId === null) {
          memory.attempt = attempt + 1;
          if (attempt >= last) throw creationFailed(`the last of ${attemptsPerRun} attempts failed before it answered`);
          continue;
        }
        const settled = await waitVolumeAvailable({ region, volumeId, limitSeconds: limits.volume });
        if (settled.outcome === 'available') {
          memory.volumeId = volumeId;
          return `${volumeId} is available${attempt > 1 ? `, attempt ${attempt}` : ''}`;
        }
        context.report(`${volumeId} ended in state ${settled.state}; it is deleted and another one is made`);
        await deleteFailedVolume({ ...ours, volumeId, attempt });
        // The token of a failed creation is burnt: the next one gets a fresh one.
        memory.attempt = attempt + 1;
        if (attempt >= last) {
          throw creationFailed(`${volumeId}, the last of ${attemptsPerRun} attempts, ended in state ${settled.state}`);
        }
      }
    },
  };
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

/** Only where the claim is gone. It names the volume object, so no driver makes another volume for it. */
export function claimSteps(work: RebindWork, memory: RebindMemory, context: ScenarioContext): readonly Step[] {
  const { newClaim, namespace, claim: name, undoClaim } = work;
  if (newClaim === null) return [];
  const identity = identityOf(work, context);
  return [
    {
      id: 'recreate-claim',
      title: 'Create the claim anew',
      target: claimTarget(work),
      effect: 'create',
      expectedSeconds: 2,
      skippable: false,
      undo: {
        kind: 'revert',
        title: 'Take the new claim away',
        run: () => restoreClaim({ ...identity, namespace, name, original: undoClaim }),
      },
      run: async () => {
        const { uid, alreadyThere } = await recreateClaim({ ...identity, ...newClaim });
        memory.claimUid = uid;
        return `claim with uid ${uid}${alreadyThere ? ', made by this recovery before' : ''}`;
      },
    },
  ];
}

/** Same name, and the claim's uid in the claimRef: the claim is bound again and never deleted (facts section 3, row 3). */
export function swapVolumeObject(work: RebindWork, memory: RebindMemory, context: ScenarioContext): Step {
  const { oldVolume, volumeObject: plan, source, namespace, claim: name } = work;
  if (plan === null) throw new Error('no volume object to put in place');
  const identity = identityOf(work, context);
  const original = oldVolume?.definition ?? null;
  return {
    id: 'swap-volume-object',
    title: oldVolume === null ? 'Create the volume object' : 'Replace the volume object',
    target: `volume object ${plan.name}`,
    effect: oldVolume === null ? 'create' : 'delete',
    expectedSeconds: 3,
    skippable: false,
    undo: {
      kind: 'revert',
      title: oldVolume === null ? 'Take the new volume object away' : 'Put the old volume object back',
      run: () => restorePersistentVolume({ ...identity, name: plan.name, original, claim: { namespace, name } }),
    },
    run: async () => {
      const volumeId = source.kind === 'ebs-volume' ? source.volumeId : memory.volumeId;
      const claimUid = memory.claimUid;
      if (volumeId === null || claimUid === null) {
        throw ApplicationFailure.nonRetryable('an earlier step left no volume or no claim', 'internal');
      }
      memory.volumeId = volumeId;
      const swapped = await swapPersistentVolume({
        ...identity,
        oldUid: oldVolume?.uid ?? null,
        claim: { namespace, name, uid: claimUid },
        desired: volumeObject(plan, { volumeId, zone: zoneOfTemplate(plan), claimUid }),
        formerPolicy: oldVolume?.reclaimPolicy ?? null,
      });
      return `${swapped.name} stands for ${volumeId}${swapped.alreadyThere ? ', put in place before' : ''}`;
    },
  };
}
