import type { Carry } from '../recovery/carry.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario } from '../recovery/scenario.ts';
import { assess } from './assess.ts';
import type { CrossClusterRestoreInput } from './contract.ts';
import { decide } from './decide.ts';
import type { CrossFacts } from './facts.ts';
import { steps } from './steps.ts';
import { verify } from './verify.ts';
import type { CrossMemory, CrossWork } from './work.ts';

/** A backup of one cluster is restored into another, which only reads the bucket; what would act twice is held back. */
const scenario: Scenario<CrossClusterRestoreInput, CrossFacts, CrossWork, CrossMemory> = {
  slug: 'cross-cluster-restore',
  target: ({ fromCluster, backup, promote }) =>
    promote === true ? `what was restored from ${fromCluster}` : `backup ${backup} of ${fromCluster}`,
  assess,
  decide,
  scopes: (work) => {
    if (work.kind === 'promote')
      return [...new Set(work.objects.map(({ namespace }) => `namespaces/${namespace}`))].sort();
    return work.restore.targets?.map((name) => `namespaces/${name}`) ?? [''];
  },
  memory: () => ({
    ...{ attempts: [], restores: [], saved: null, judgement: null },
    ...{ volumeAttempts: [], namespaces: [] },
  }),
  steps,
  verify,
};

export async function crossClusterRestore(input: CrossClusterRestoreInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}
