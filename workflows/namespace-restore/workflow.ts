import type { Carry } from '../recovery/carry.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario } from '../recovery/scenario.ts';
import { assess } from './assess.ts';
import type { NamespaceRestoreInput } from './contract.ts';
import { decide } from './decide.ts';
import type { RestoreFacts } from './facts.ts';
import { steps } from './steps.ts';
import { checks } from './verify.ts';
import type { RestoreMemory, RestoreWork } from './work.ts';

/** Objects of a Velero backup come back, and each of them is looked for in the cluster itself. */
const scenario: Scenario<NamespaceRestoreInput, RestoreFacts, RestoreWork, RestoreMemory> = {
  slug: 'namespace-restore',
  target: ({ backup, namespaces }) => `${namespaces?.join(', ') ?? 'all namespaces'} from backup ${backup}`,
  assess,
  decide,
  scopes: ({ targets }) => targets?.map((name) => `namespaces/${name}`) ?? [''],
  memory: () => ({ attempts: [], restores: [], saved: null, judgement: null }),
  steps,
  verify: checks,
};

export async function namespaceRestore(input: NamespaceRestoreInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}
