import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { makeVolume } from '../volume-rebind/make-volume.ts';
import {
  deleteRecoveryVolume,
  recreateClaim,
  restoreClaim,
  restorePersistentVolume,
  swapPersistentVolume,
} from '../volume-rebind/ports.ts';
import { volumeObject } from '../volume-rebind/volume-object.ts';
import { describeMove } from './move-volumes.ts';
import { ensureNamespace } from './ports.ts';
import type { CrossMemory, CrossWork, VolumeMove } from './work.ts';

type RestoreIntoAnother = CrossWork & { kind: 'restore' };

/**
 * One step a volume that is moved: it is made in its new zone and stands bound to its claim before Velero begins. Velero leaves a claim
 * that is there and its volume object as they are; a volume object without its claim it would wait for, ten minutes each.
 */
export function volumeSteps(work: RestoreIntoAnother, memory: CrossMemory, context: ScenarioContext): readonly Step[] {
  return work.moves.map((move, index) => volumeStep(work, memory, context, move, index));
}

function volumeStep(
  { restore: { cluster, region } }: RestoreIntoAnother,
  memory: CrossMemory,
  context: ScenarioContext,
  move: VolumeMove,
  index: number,
): Step {
  const { recoveryId, workflowId } = context;
  const identity = { cluster, recoveryId, workflowId };
  const { name, namespace = '' } = move.claim.metadata;
  const { pvName, zone } = move.volume;
  const takeBack = async () => {
    // What Velero restored uses them, and stays as well.
    if (memory.restores.length > 0)
      return { left: `volume object ${pvName} and its volume in ${zone}, bound to ${namespace}/${name}` };
    const claim = await restoreClaim({ ...identity, namespace, name, original: null });
    await restorePersistentVolume({ ...identity, name: pvName, original: null, claim: { namespace, name } });
    const { deleted } = await deleteRecoveryVolume({ region, recoveryId, workflowId, pvName, volumeId: null });
    const told = `${claim}; deleted ${deleted.join(', ') || 'no volume'}`;
    return memory.namespaces.includes(namespace) ? { left: `namespace ${namespace}; ${told}` } : told;
  };
  return {
    id: `volume-${index + 1}`,
    title: 'Make the volume in the zone of the target, and bind it to its claim',
    target: describeMove(move),
    effect: 'create',
    expectedSeconds: 30,
    // Without it Velero would make the volume in the old zone.
    skippable: false,
    undo: { kind: 'revert', title: 'Take claim, volume object and volume away', run: takeBack },
    run: async () => {
      const attempts = { attempt: memory.volumeAttempts[index] ?? 1 };
      try {
        const { volumeId, told } = await makeVolume(
          { ...move.volume, region, recoveryId, workflowId },
          attempts,
          context,
        );
        const made = await ensureNamespace({ ...identity, namespace: move.namespace });
        if (made === 'created') memory.namespaces.push(namespace);
        const { uid } = await recreateClaim({ ...identity, desired: move.claim, replaceUid: null });
        await swapPersistentVolume({
          ...identity,
          oldUid: null,
          claim: { namespace, name, uid },
          desired: volumeObject(move.object, { volumeId, zone, claimUid: uid }),
          formerPolicy: move.formerPolicy,
        });
        return `${told}; ${pvName} stands for it`;
      } finally {
        memory.volumeAttempts[index] = attempts.attempt;
      }
    },
  };
}
