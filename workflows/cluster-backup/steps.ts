import type { ScenarioContext, Step } from '../recovery/scenario.ts';
import { goneSince, notHeld } from './gone-claims.ts';
import {
  createBackup,
  ensureBackupSchedule,
  ensureVolumePolicy,
  readBackupOutcome,
  readBackupStanding,
} from './ports.ts';
import { settledSnapshots } from './settled-snapshots.ts';
import { awaitBackup } from './wait.ts';
import type { BackupMemory, BackupWork } from './work.ts';

/** Backups of one run: a second restart of Velero in one backup is no accident any more. */
const mostAttempts = 3;

/** The name of an attempt's Backup: a repeat finds its own object, another run never has the same. */
export function backupName({ backupPrefix }: BackupWork, recoveryId: string, attempt: number): string {
  return `${backupPrefix}-${recoveryId.slice(0, 13)}-${attempt}`;
}

export function steps(work: BackupWork, memory: BackupMemory, context: ScenarioContext): readonly Step[] {
  const { cluster, veleroNamespace, policy, volumePolicy, schedule } = work;
  const { recoveryId, workflowId } = context;
  const place = { cluster, veleroNamespace, recoveryId, workflowId };
  const common = { skippable: false, undo: null } as const;
  return [
    {
      ...common,
      id: 'volume-policy',
      title: 'Tell Velero how each kind of volume is saved',
      target: `ConfigMap ${veleroNamespace}/${volumePolicy.name}`,
      effect: 'change',
      expectedSeconds: 1,
      run: async () => (await ensureVolumePolicy({ ...place, policy, ...volumePolicy })).outcome,
    },
    {
      ...common,
      id: 'schedule',
      title: schedule.spec === null ? 'See to it that the policy has no Schedule' : 'Bring the Schedule to the policy',
      target: `Schedule ${veleroNamespace}/${schedule.name}`,
      effect: schedule.spec === null ? 'delete' : 'change',
      expectedSeconds: 1,
      skippable: true,
      run: async () => (await ensureBackupSchedule({ ...place, policy, ...schedule })).outcome,
    },
    {
      ...common,
      id: 'backup',
      title: 'Take the backup',
      target: `${work.backupPrefix} of ${cluster}`,
      effect: 'create',
      expectedSeconds: 60,
      run: () => takeBackup(work, memory, context),
    },
    {
      ...common,
      id: 'judge',
      title: 'Read what the backup holds, and look for its snapshots in EC2',
      target: `the content of the backup`,
      effect: 'read',
      expectedSeconds: 5,
      run: async () => {
        const name = backupName(work, recoveryId, memory.attempt);
        const outcome = await readBackupOutcome({ ...place, name });
        memory.outcome = outcome;
        memory.completedSnapshots = await settledSnapshots(work.region, outcome.volumes, context);
        // Claims come and go between the plan and the backup: one that the backup lacks may be there no more.
        if (notHeld(work.claims, outcome.volumes).length > 0) {
          memory.gone = goneSince(work.claims, outcome.volumes, await readBackupStanding(place));
        }
        return `${outcome.items} items of ${outcome.namespaces.length} namespaces, ${outcome.volumes.length} volumes`;
      },
    },
  ];
}

/** One that a restarted server gave up is followed by another, under another name. */
async function takeBackup(work: BackupWork, memory: BackupMemory, context: ScenarioContext): Promise<string> {
  const { cluster, veleroNamespace, policy, spec } = work;
  const { recoveryId, workflowId } = context;
  for (;;) {
    const name = backupName(work, recoveryId, memory.attempt);
    await createBackup({
      ...{ cluster, veleroNamespace, recoveryId, workflowId, name, spec },
      labels: { 'rekindle.io/backup-policy': policy },
    });
    const summary = await awaitBackup({ cluster, veleroNamespace, name, recoveryId, workflowId }, context);
    if (!summary.abandoned || memory.attempt >= mostAttempts) {
      const given = memory.attempt === 1 ? '' : `, after ${memory.attempt - 1} that a restart of Velero ended`;
      return `${name}: ${summary.phase}${given}`;
    }
    memory.attempt += 1;
  }
}
