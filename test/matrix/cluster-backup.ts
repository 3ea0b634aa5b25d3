import type { ClusterAccess } from '../../sandbox/seed/cluster-access.ts';
import { workflowId, workflowType } from '../../workflows/cluster-backup/contract.ts';
import type { RecoveryResult } from '../../workflows/recovery/result.ts';
import { backupsOf, ensureFormerBackup } from '../worlds/velero-world.ts';
import type { ScenarioMatrix, Situation } from './scenario-matrix.ts';

const target = { cluster: 'prod', policy: 'production' };

/** What must hold after a backup, however often its worker died: one Backup of the run, whole. */
async function problemsOf(access: ClusterAccess, result: RecoveryResult, recoveryId: string): Promise<string[]> {
  const made = await backupsOf(access, recoveryId);
  const phases = made.map(({ status }) => status?.phase ?? '');
  return [
    ...(result.status === 'recovered' ? [] : [`the run ended ${JSON.stringify(result)}`]),
    ...(phases.join() === 'Completed' ? [] : [`the run made the Backups ${JSON.stringify(phases)}`]),
  ];
}

/** An id of its own for each case: the worker that is armed for the next one must leave this one alone. */
function situation(prepare: (access: ClusterAccess) => Promise<void>): Situation {
  return {
    workflowId: (name) => `${workflowId(target)}/${name}`,
    async prepare({ access }) {
      await prepare(access);
      return {
        input: { ...target, approval: 'automatic' },
        problems: (result, recoveryId) => problemsOf(access, result, recoveryId),
        remove: async () => {},
      };
    },
  };
}

const situations = { usual: situation(async () => {}), 'not-the-first': situation(ensureFormerBackup) };
const everyTime = [{ situation: 'usual' }] as const;

/** Backups harm nobody, so they share the sandbox with each other. */
export const clusterBackupMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'cluster-backup',
  workflowType,
  extras: ['velero'],
  situations,
  entries: {
    readBackupPolicy: everyTime,
    readVeleroHealth: everyTime,
    readVeleroInstallation: everyTime,
    readBackupStanding: everyTime,
    readSavedVolumes: [{ situation: 'not-the-first' }],
    ensureVolumePolicy: everyTime,
    ensureBackupSchedule: everyTime,
    createBackup: everyTime,
    waitBackup: everyTime,
    readBackupOutcome: everyTime,
  },
};
