import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { claimTarget, identityOf } from './identity.ts';
import { limits, restoreReclaimPolicy, retainVolume, saveDefinitions, waitClaimBound } from './ports.ts';
import type { RebindMemory, RebindWork } from './work.ts';

/** Definitions leave the cluster before anything is deleted. Nothing to save when nothing is left. */
export function saveObjects(work: RebindWork, memory: RebindMemory, context: ScenarioContext): readonly Step[] {
  if (work.save.length === 0) return [];
  return [
    {
      id: 'save-definitions',
      title: 'Save the definitions',
      target: claimTarget(work),
      effect: 'create',
      expectedSeconds: 1,
      skippable: false,
      undo: null,
      run: async () => {
        const { region, bucket, namespace, claim, save } = work;
        const saved = await saveDefinitions({
          ...identityOf(work, context),
          region,
          bucket,
          claim: { namespace, name: claim },
          objects: save,
        });
        memory.definitionsUri = saved.uri;
        return `${saved.objects} objects in ${saved.uri}`;
      },
    },
  ];
}

/** First of all changes: from here on no deletion of an object can delete the volume behind it. */
export function retainOldVolume(work: RebindWork, context: ScenarioContext): readonly Step[] {
  const { oldVolume, cluster } = work;
  if (oldVolume === null || oldVolume.reclaimPolicy === 'Retain') return [];
  const { name, uid, reclaimPolicy } = oldVolume;
  return [
    {
      id: 'retain-old-volume',
      title: 'Keep the old volume, whatever happens to its objects',
      target: `volume object ${name}`,
      effect: 'change',
      expectedSeconds: 1,
      skippable: false,
      undo: {
        kind: 'revert',
        title: `Put the reclaim policy ${reclaimPolicy} of ${name} back`,
        run: () => restoreReclaimPolicy({ cluster, recoveryId: context.recoveryId, name }),
      },
      run: async () => {
        const { former } = await retainVolume({ ...identityOf(work, context), name, uid });
        return `reclaim policy Retain (was ${former})`;
      },
    },
  ];
}

export function waitBound(work: RebindWork, memory: RebindMemory): Step {
  const { cluster, namespace, claim, volumeObject } = work;
  return {
    id: 'wait-bound',
    title: 'Wait until the claim is bound',
    target: claimTarget(work),
    effect: 'read',
    expectedSeconds: 3,
    skippable: false,
    undo: null,
    run: async () => {
      const volumeName = volumeObject?.name ?? null;
      const binding = await waitClaimBound({ cluster, namespace, claim, volumeName, limitSeconds: limits.bound });
      memory.claimUid = binding.claimUid;
      memory.volumeName = binding.volumeName;
      memory.volumeId ??= binding.handle;
      return `Bound to ${binding.volumeName}, volume ${binding.handle}`;
    },
  };
}
