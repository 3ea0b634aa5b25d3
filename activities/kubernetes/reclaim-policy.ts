import { RekindleError } from '../../errors/rekindle-error.ts';
import { kinds } from './kinds.ts';
import {
  formerPolicyAnnotation,
  type Holder,
  madeBy,
  recoveryAnnotation,
  recoveryMarks,
  swappedAnnotation,
  workflowAnnotation,
} from './marks.ts';
import type { PersistentVolume } from './objects.ts';
import type { KubernetesPort } from './port.ts';

export interface RetainVolumeInput extends Holder {
  readonly cluster: string;
  readonly name: string;
  readonly uid: string;
}

/** Returns the policy that was there before this recovery. */
export async function retainVolume(port: KubernetesPort, input: RetainVolumeInput): Promise<{ former: string }> {
  const volume = await port.read<PersistentVolume>(kinds.volume, input);
  const ours = volume !== null && madeBy(volume) === input.recoveryId;
  if (volume === null || (volume.metadata.uid !== input.uid && !ours)) {
    throw new RekindleError('drifted', `PersistentVolume ${input.name} is not the one that the plan was made for`);
  }
  const policy = volume.spec.persistentVolumeReclaimPolicy ?? 'Retain';
  const former = volume.metadata.annotations?.[formerPolicyAnnotation] ?? policy;
  if (policy === 'Retain') return { former };
  await port.patch(
    kinds.volume,
    input,
    {
      metadata: { annotations: { ...recoveryMarks(input), [formerPolicyAnnotation]: former } },
      spec: { persistentVolumeReclaimPolicy: 'Retain' },
    },
    { uid: volume.metadata.uid ?? '', resourceVersion: volume.metadata.resourceVersion ?? '' },
  );
  return { former };
}

export interface RestoreReclaimPolicyInput {
  readonly cluster: string;
  readonly recoveryId: string;
  readonly name: string;
}

/** Puts back what `retainVolume` changed, on the object that carries its marks and no other. Returns what it left. */
export async function restoreReclaimPolicy(port: KubernetesPort, input: RestoreReclaimPolicyInput): Promise<string> {
  const volume = await port.read<PersistentVolume>(kinds.volume, input);
  if (volume === null) return `PersistentVolume ${input.name} is gone`;
  const former = volume.metadata.annotations?.[formerPolicyAnnotation];
  if (volume.metadata.annotations?.[swappedAnnotation] === input.recoveryId) return 'the new object stays Retain';
  if (madeBy(volume) !== input.recoveryId || former === undefined) return 'the policy was never changed';
  await port.patch(
    kinds.volume,
    input,
    {
      metadata: {
        annotations: { [recoveryAnnotation]: null, [workflowAnnotation]: null, [formerPolicyAnnotation]: null },
      },
      spec: { persistentVolumeReclaimPolicy: former },
    },
    { uid: volume.metadata.uid ?? '', resourceVersion: volume.metadata.resourceVersion ?? '' },
  );
  return `reclaim policy ${former} again`;
}
