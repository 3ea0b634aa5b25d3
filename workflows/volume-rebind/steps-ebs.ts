import { ApplicationFailure } from '@temporalio/workflow';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { claimTarget, identityOf } from './identity.ts';
import { makeVolume } from './make-volume.ts';
import {
  deleteRecoveryVolume,
  recreateClaim,
  restoreClaim,
  restorePersistentVolume,
  swapPersistentVolume,
} from './ports.ts';
import { volumeObject, zoneOfTemplate } from './volume-object.ts';
import type { DataSource, RebindMemory, RebindWork } from './work.ts';

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
      const made = await makeVolume({ ...volume, ...ours }, memory, context);
      memory.volumeId = made.volumeId;
      return made.told;
    },
  };
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
