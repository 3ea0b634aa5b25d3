import type { Carry } from '../recovery/carry.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario } from '../recovery/scenario.ts';
import { assess } from './assess.ts';
import type { ClusterBackupInput } from './contract.ts';
import { decide } from './decide.ts';
import type { BackupFacts } from './facts.ts';
import { steps } from './steps.ts';
import { verify } from './verify.ts';
import type { BackupMemory, BackupWork } from './work.ts';

/** A Velero backup by policy, judged by what it holds and not by its phase. */
const scenario: Scenario<ClusterBackupInput, BackupFacts, BackupWork, BackupMemory> = {
  slug: 'cluster-backup',
  target: ({ cluster, policy = 'default' }) => `${cluster} by policy ${policy}`,
  assess,
  decide,
  scopes: ({ policy }) => [`velero/backups/${policy}`],
  memory: () => ({ attempt: 1, outcome: null, completedSnapshots: [], gone: [] }),
  steps,
  verify,
};

export async function clusterBackup(input: ClusterBackupInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}
