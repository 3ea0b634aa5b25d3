import type { Carry } from '../recovery/carry.ts';
import type { RecoveryResult } from '../recovery/result.ts';
import { runRecovery } from '../recovery/run-recovery.ts';
import type { Scenario } from '../recovery/scenario.ts';
import { assess } from './assess.ts';
import type { EtcdRestoreInput } from './contract.ts';
import { decide } from './decide.ts';
import type { RestoreFacts } from './facts.ts';
import { steps } from './steps.ts';
import { checks } from './verify.ts';
import type { RestoreMemory, RestoreWork } from './work.ts';

/** etcd of a cluster is whole again by the smallest remedy that is right, in order, with proof at each barrier. */
const scenario: Scenario<EtcdRestoreInput, RestoreFacts, RestoreWork, RestoreMemory> = {
  slug: 'etcd-restore',
  target: ({ cluster }) => `etcd of ${cluster}`,
  assess,
  decide,
  // The whole cluster: whatever another recovery does to it would be rewound. A restore of namespaces claims them by itself.
  scopes: ({ remedy }) => (remedy === 'velero' ? [] : ['']),
  memory: () => ({ tokenKey: null, tokenDigest: null, snapshot: null, before: {}, joined: {}, waves: {} }),
  steps,
  verify: checks,
};

export async function etcdRestore(input: EtcdRestoreInput, carry?: Carry): Promise<RecoveryResult> {
  return runRecovery(scenario, input, carry);
}
