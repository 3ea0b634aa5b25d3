import { steps as restoreSteps } from '../namespace-restore/steps.ts';
import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import {
  ensureReadOnlyLocation,
  limits,
  promoteNeutralised,
  removeReadOnlyLocation,
  waitBackupSynced,
} from './ports.ts';
import { volumeSteps } from './volume-steps.ts';
import type { CrossMemory, CrossWork } from './work.ts';

/** The source's bucket becomes a location that the target only reads; then everything goes as in a namespace-restore. */
export function steps(work: CrossWork, memory: CrossMemory, context: ScenarioContext): readonly Step[] {
  if (work.kind === 'promote') return [promoteStep(work, context)];
  return [
    ...locationSteps(work, context),
    ...volumeSteps(work, memory, context),
    ...restoreSteps(work.restore, memory, context),
  ];
}

function locationSteps(
  { restore, location }: CrossWork & { kind: 'restore' },
  { recoveryId, workflowId }: ScenarioContext,
): readonly Step[] {
  const { cluster, veleroNamespace, backup } = restore;
  const { name, store } = location;
  const input = { cluster, veleroNamespace, recoveryId, workflowId, ...location };
  return [
    {
      id: 'location',
      title: 'Make the source’s bucket known, to be read only',
      target: `BackupStorageLocation ${veleroNamespace}/${name} of s3://${store.bucket}`,
      effect: 'create',
      expectedSeconds: 1,
      skippable: false,
      undo: { kind: 'revert', title: 'Forget the location', run: () => removeReadOnlyLocation(input) },
      run: () => ensureReadOnlyLocation(input),
    },
    {
      id: 'sync',
      title: 'Wait until Velero knows the backup',
      target: `Backup ${veleroNamespace}/${backup}`,
      effect: 'read',
      expectedSeconds: 60,
      skippable: false,
      undo: null,
      run: async () => {
        await waitBackupSynced({ cluster, veleroNamespace, name, backup, limitSeconds: limits.sync });
        return `${backup} is known from ${name}`;
      },
    },
  ];
}

function promoteStep(
  { cluster, objects }: CrossWork & { kind: 'promote' },
  { recoveryId, workflowId }: ScenarioContext,
): Step {
  return {
    id: 'promote',
    title: 'Let what was neutralised act',
    target: `${objects.length} objects of ${cluster}`,
    effect: 'change',
    expectedSeconds: 5,
    skippable: false,
    undo: null,
    run: async () => {
      const { promoted, gone } = await promoteNeutralised({ cluster, objects, recoveryId, workflowId });
      return `${promoted} act${gone.length === 0 ? '' : `; gone meanwhile: ${gone.slice(0, 10).join(', ')}`}`;
    },
  };
}
