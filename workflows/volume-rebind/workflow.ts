import type { Carry } from '../recovery/carry.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario } from '../recovery/scenario.ts';
import { assess } from './assess.ts';
import type { VolumeRebindInput } from './contract.ts';
import { decide } from './decide.ts';
import type { RebindFacts } from './facts.ts';
import { steps } from './steps.ts';
import { checks } from './verify.ts';
import type { RebindMemory, RebindWork } from './work.ts';

/** A lost volume comes back from a snapshot, under the same claim where that is still there. */
const scenario: Scenario<VolumeRebindInput, RebindFacts, RebindWork, RebindMemory> = {
  slug: 'volume-rebind',
  target: ({ namespace, pvc }) => `claim ${namespace}/${pvc}`,
  assess,
  decide,
  // Two claims of one workload may be recovered side by side: the hold of the workload is shared.
  scopes: ({ namespace, claim }) => [`namespaces/${namespace}/claims/${claim}`],
  memory: ({ claimUid }) => ({
    attempt: 1,
    volumeId: null,
    claimUid,
    volumeName: null,
    snapshotName: null,
    definitionsUri: null,
  }),
  steps,
  verify: checks,
};

export async function volumeRebind(input: VolumeRebindInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}
